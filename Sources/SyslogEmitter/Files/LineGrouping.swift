import ExhaustCore

/// Which lines of a file make one message.
package enum LineGrouping: Sendable, Hashable {
    /// Each its own.
    case single
    /// Lines that begin with a space or a tab belong to the one before.
    case indented
    /// Lines that do not begin as the pattern says belong to the one before.
    case start(LinePattern)

    /// Whether `line` goes on with the message before it.
    func continues(_ line: [UInt8]) -> Bool {
        switch self {
        case .single: false
        case .indented: line.first == UInt8(ascii: " ") || line.first == 9
        case .start(let pattern): !pattern.begins(line)
        }
    }

    /// Tells groupings apart in saved positions.
    var name: String {
        switch self {
        case .single: "single"
        case .indented: "indented"
        case .start(let pattern): "start \(pattern.text)"
        }
    }
}

extension LineGrouping: Decodable {
    private enum CodingKeys: String, CodingKey {
        case indented, start
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let isIndented = try container.decodeIfPresent(Bool.self, forKey: .indented)
        let start = try container.decodeIfPresent(String.self, forKey: .start)
        switch (isIndented, start) {
        case (true?, nil): self = .indented
        case (nil, let text?):
            guard let pattern = LinePattern(text) else {
                throw ValueCodingError(
                    path: (decoder.codingPath + [CodingKeys.start]).texts,
                    message: "'\(text)' is no pattern; write what a line begins with, with \\d, \\w and \\s for a "
                        + "digit, a word's character and a space")
            }
            self = .start(pattern)
        default:
            throw ValueCodingError(
                path: decoder.codingPath.texts, message: "write {indented: true} or {start: PATTERN}")
        }
    }
}
