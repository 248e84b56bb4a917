/// Tokens that are known by how they begin, wherever they stand.
struct TokenForm: Sendable {
    private let prefix: [UInt8]
    /// How many characters follow the prefix at least.
    private let least: Int

    private init(_ prefix: String, _ least: Int) {
        self.prefix = Array(prefix.utf8)
        self.least = least
    }

    /// The built-in forms, from their issuers' documentation, and `additional` prefixes.
    static func all(additional: [String]) -> [TokenForm] {
        [
            TokenForm("AKIA", 16), TokenForm("ASIA", 16), TokenForm("AIza", 30), TokenForm("ya29.", 20),
            TokenForm("ghp_", 20), TokenForm("gho_", 20), TokenForm("ghu_", 20), TokenForm("ghs_", 20),
            TokenForm("ghr_", 20), TokenForm("github_pat_", 20), TokenForm("glpat-", 16), TokenForm("gldt-", 16),
            TokenForm("xoxb-", 10), TokenForm("xoxp-", 10), TokenForm("xoxa-", 10), TokenForm("xoxr-", 10),
            TokenForm("xoxs-", 10), TokenForm("xapp-", 10), TokenForm("sk_live_", 10), TokenForm("rk_live_", 10),
            TokenForm("sk-", 32), TokenForm("npm_", 30), TokenForm("pypi-", 30), TokenForm("hf_", 30),
            TokenForm("SG.", 30), TokenForm("dop_v1_", 30), TokenForm("hvs.", 20), TokenForm("dckr_pat_", 20),
            TokenForm("shpat_", 20), TokenForm("AGE-SECRET-KEY-", 20), TokenForm("eyJ", 30),
        ] + additional.filter { !$0.isEmpty }.map { TokenForm($0, 4) }
    }

    /// The end of the token that begins at `start`; `nil` if it is none.
    func end(in bytes: [UInt8], from start: Int, limit: Int) -> Int? {
        guard limit - start >= prefix.count + least, bytes[start..<(start + prefix.count)].elementsEqual(prefix)
        else { return nil }
        var end = start + prefix.count
        var dots = 0
        while end < limit, Self.isPart(bytes[end]) {
            if bytes[end] == UInt8(ascii: ".") { dots += 1 }
            end += 1
        }
        // A JSON Web Token (RFC 7519) has three parts; base64 of other JSON begins alike.
        if prefix == Array("eyJ".utf8), dots < 2 { return nil }
        return end - start - prefix.count >= least ? end : nil
    }

    private static func isPart(_ byte: UInt8) -> Bool { byte.isNameByte || byte == UInt8(ascii: "=") }
}

extension UInt8 {
    /// A letter, a digit, `_`, `-` or `.`.
    var isNameByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    var isSpace: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") || self == UInt8(ascii: "\n") }
    var isQuote: Bool { self == UInt8(ascii: "'") || self == UInt8(ascii: "\"") }
}
