/// A certificate authority for one test, made by deploy/tls/authority.
package struct ThrowawayAuthority: Sendable {
    /// The authority's folder, as `exhaustctl host add --authority` wants it.
    package let folder: String
    /// The authority's certificate (PEM).
    package var certificate: String { "\(folder)/authority.pem" }

    /// Makes the authority in `directory`, under `name`.
    package init(in directory: TemporaryDirectory, name: String) async throws {
        folder = "\(directory.path)/\(name)"
        // Tests/Support/ThrowawayAuthority.swift, three up is the package.
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        try await ChildProcess.run(["/\(root)/deploy/tls/authority", "init", folder, "--name", name])
    }

    /// Issues a certificate for `name`: a login, or with `forServer` the DNS name of a broker. It expires in `seconds`,
    /// or in a year. Gives the paths of certificate and key, which end up in `destination`.
    package func issue(
        _ name: String, forServer: Bool = false, seconds: Int? = nil, to destination: String? = nil
    ) async throws -> (certificate: String, key: String) {
        let destination = destination ?? "\(folder)/issued/\(name)"
        try await ChildProcess.run(
            ["\(folder)/authority", "issue", folder, name, "--to", destination]
                + (forServer ? ["--server"] : []) + (seconds.map { ["--seconds", "\($0)"] } ?? []))
        return ("\(destination)/\(name).pem", "\(destination)/\(name).key")
    }

    /// Makes every certificate of `name` void.
    package func revoke(_ name: String) async throws {
        try await ChildProcess.run(["\(folder)/authority", "revoke", folder, name])
    }
}
