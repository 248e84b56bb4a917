import COpenSSL

/// What a peer's certificate says, once it was checked.
struct PeerCertificate {
    /// The distinguished name of its owner, as RFC 2253 writes it.
    let subject: String
    /// The names under which it may be allowed: its DNS names (RFC 5425 section 5.2), or its common name without any.
    let names: [String]

    init(_ certificate: OpaquePointer) {
        subject = Self.text(of: 512) { exhaust_subject(certificate, $0, 512) }
        var names: [String] = []
        if let list = exhaust_alternative_names(certificate) {
            defer { GENERAL_NAMES_free(list) }
            for index in 0..<exhaust_name_count(list) {
                var text: UnsafePointer<UInt8>?
                let length = exhaust_dns_name(list, index, &text)
                if length > 0 {
                    names.append(String(decoding: UnsafeBufferPointer(start: text, count: Int(length)), as: UTF8.self))
                }
            }
        }
        if names.isEmpty {
            let owner = X509_get_subject_name(certificate)
            names = [Self.text(of: 256) { X509_NAME_get_text_by_NID(owner, NID_commonName, $0, 256) }]
        }
        self.names = names
    }

    private static func text(of size: Int, _ write: (UnsafeMutablePointer<CChar>?) -> Int32) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: size) { buffer in
            let length = Int(max(0, write(buffer.baseAddress)))
            return String(decoding: UnsafeRawBufferPointer(buffer)[..<length], as: UTF8.self)
        }
    }
}
