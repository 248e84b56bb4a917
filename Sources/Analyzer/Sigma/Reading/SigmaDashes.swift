/// The dashes and slashes that programs take for each other before an option's name (`windash`).
enum SigmaDashes {
    /// Dashes that are varied in one value; each makes it five values.
    static let limit = 3
    private static let forms: [Unicode.Scalar] = ["-", "/", "\u{2013}", "\u{2014}", "\u{2015}"]

    /// `text` with every form of each dash that a word follows and none is before; `nil` if there are too many.
    static func variants(of text: SigmaText) -> [SigmaText]? {
        var variants: [[SigmaText.Part]] = [[]]
        var count = 0
        for part in text.parts {
            guard case .literal(let literal) = part else {
                for index in variants.indices { variants[index].append(part) }
                continue
            }
            var endings = [""]
            let scalars = Array(literal.unicodeScalars)
            for (index, scalar) in scalars.enumerated() {
                let isDash =
                    (scalar == "-" || scalar == "/") && index + 1 < scalars.count && isWord(scalars[index + 1])
                    && (index == 0 || !isWord(scalars[index - 1]))
                count += isDash ? 1 : 0
                guard count <= limit else { return nil }
                endings = endings.flatMap { ending in (isDash ? forms : [scalar]).map { ending + String($0) } }
            }
            variants = variants.flatMap { variant in endings.map { variant + [.literal($0)] } }
        }
        return variants.map { SigmaText(parts: $0) }
    }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }
}
