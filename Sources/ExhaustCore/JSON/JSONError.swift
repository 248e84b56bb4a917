/// Why a text is not JSON that Exhaust accepts, and where.
public struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was wrong.
    public enum Problem: Sendable, Hashable {
        case unexpectedEnd
        case unexpected(UInt8)
        case tooDeep(limit: Int)
        case tooLarge(limit: Int)
        case duplicateKey(String)
        case invalidUTF8
        case invalidEscape
        case controlCharacter(UInt8)
        case numberOutOfRange
        case invalidNumber
        case trailingBytes
        /// The JSON is sound, but not of the form asked for.
        case wrongShape(String)
    }

    public let problem: Problem
    /// Bytes from the start of the text.
    public let offset: Int
    /// The keys and indexes that lead to the place, such as `data.items[3]`; empty at the top.
    public let path: String

    /// An error at a place.
    public init(_ problem: Problem, offset: Int, path: String = "") {
        self.problem = problem
        self.offset = offset
        self.path = path
    }

    public var description: String {
        path.isEmpty ? "\(problem.text) at byte \(offset)" : "\(problem.text) at byte \(offset), in \(path)"
    }
}

extension JSONError.Problem {
    fileprivate var text: String {
        switch self {
        case .unexpectedEnd: "the JSON ends in the middle"
        case .unexpected(let byte): "unexpected \(Self.name(of: byte))"
        case .tooDeep(let limit): "nested deeper than \(limit) levels"
        case .tooLarge(let limit): "larger than \(limit) bytes"
        case .duplicateKey(let key): "key \"\(key)\" stands twice"
        case .invalidUTF8: "bytes that are not UTF-8"
        case .invalidEscape: "an escape that JSON does not have"
        case .controlCharacter(let byte): "raw control character \(Self.name(of: byte)) in a string"
        case .numberOutOfRange: "a number that fits neither 64 bits nor a double"
        case .invalidNumber: "a malformed number"
        case .trailingBytes: "something follows the JSON"
        case .wrongShape(let expectation): expectation
        }
    }

    private static func name(of byte: UInt8) -> String {
        (33...126).contains(byte) ? "'\(Character(Unicode.Scalar(byte)))'" : "byte \(byte)"
    }
}
