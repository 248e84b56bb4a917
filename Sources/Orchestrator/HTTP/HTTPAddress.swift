/// What the orchestrator takes as the address of an HTTP request.
enum HTTPAddress {
    /// Whether `text` is an absolute http or https URL: a host, no blanks or control characters, no credentials
    /// (which would end up in journals and logs).
    static func isValid(_ text: String) -> Bool {
        guard text.utf8.count <= 2048, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { return false }
        let lower = text.lowercased()
        guard let scheme = ["http://", "https://"].first(where: lower.hasPrefix) else { return false }
        let authority = text.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard let first = authority.first else { return false }
        return first != ":" && !authority.contains("@")
    }
}
