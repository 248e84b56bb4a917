/// Makes what programs print fit for logs, results and terminals.
package enum OutputText {
    /// `bytes` as text: what is not UTF-8 becomes U+FFFD; control characters other than tab and line feed, and the
    /// marks that turn the direction of text around, are dropped; white space at both ends is trimmed.
    package static func clean(_ bytes: some Collection<UInt8>) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars where isKept(scalar) {
            scalars.append(scalar)
        }
        let isSpace: (Unicode.Scalar) -> Bool = { $0 == " " || $0 == "\n" || $0 == "\t" }
        let start = scalars.drop(while: isSpace)
        let end = start.reversed().drop(while: isSpace)
        return String(String.UnicodeScalarView(end.reversed()))
    }

    private static func isKept(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 9, 10: true
        case 0..<32, 127..<160: false
        case 0x200e, 0x200f, 0x202a...0x202e, 0x2066...0x2069, 0x2028, 0x2029: false
        default: true
        }
    }
}
