/// A certificate authority for one test, made with the openssl command.
package struct ThrowawayAuthority: Sendable {
    private let directory: TemporaryDirectory
    /// The authority's certificate (PEM).
    package let certificate: String

    /// Makes the authority in `directory`, under `name`.
    package init(in directory: TemporaryDirectory, name: String) async throws {
        self.directory = directory
        certificate = "\(directory.path)/\(name).pem"
        key = "\(directory.path)/\(name).key"
        try await ChildProcess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
                + ["-days", "2", "-subj", "/CN=\(name)", "-keyout", key, "-out", certificate])
    }

    private let key: String

    /// Issues a certificate for `commonName`, also as a DNS name; gives the paths of certificate and key. With no days
    /// to live it has expired a second later.
    package func issue(_ commonName: String, days: Int = 2) async throws -> (certificate: String, key: String) {
        let base = "\(directory.path)/\(commonName)"
        try await ChildProcess.run(
            ["openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
                + ["-subj", "/CN=\(commonName)", "-keyout", "\(base).key", "-out", "\(base).csr"])
        let extensions = try directory.write(Array("subjectAltName=DNS:\(commonName)\n".utf8), to: "\(commonName).ext")
        try await ChildProcess.run(
            ["openssl", "x509", "-req", "-in", "\(base).csr", "-CA", certificate, "-CAkey", key, "-CAcreateserial"]
                + ["-days", "\(days)", "-extfile", extensions, "-out", "\(base).pem"])
        return ("\(base).pem", "\(base).key")
    }
}
