/// Decodes `Decodable` types from a `Value`: control events' payloads, and configuration.
///
/// Beyond the standard types it knows `Duration` (text such as `10s`), `Value` and `ValueMap` (as they are).
/// Errors are `ValueCodingError`s that name the key; in strict mode a key that nothing asked for is one too.
public struct ValueDecoder: Sendable {
    private let strict: Bool

    /// A decoder; `strict` refuses unknown keys.
    public init(strict: Bool = false) { self.strict = strict }

    /// Decodes `value` as `type`.
    public func decode<T: Decodable>(_ type: T.Type, from value: Value) throws -> T {
        let tracker = KeyTracker()
        let result = try ValueDecoding(value: value, codingPath: [], tracker: tracker).unwrap(type)
        if strict, let error = tracker.firstUnknownKey(in: value) { throw error }
        return result
    }
}

/// Why a value does not fit a type, and where.
public struct ValueCodingError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The keys and indexes that lead to the place.
    public let path: [String]
    /// What was expected or found.
    public let message: String
    /// What is wrong within the expression or template that stands there, if that is it.
    public let expression: ExpressionError?

    /// An error at `path`.
    public init(path: [String], message: String, in expression: ExpressionError? = nil) {
        self.path = path
        self.message = message
        self.expression = expression
    }

    /// The path as people write it, such as `rules[2].detect`.
    public var pathText: String {
        path.reduce("") { text, step in
            step.hasPrefix("[") || text.isEmpty ? text + step : "\(text).\(step)"
        }
    }

    public var description: String { path.isEmpty ? message : "\(pathText): \(message)" }
}

/// Remembers which keys of which map were asked for. One decoding uses it, on one thread.
final class KeyTracker {
    private var known: [[String]: Set<String>] = [:]
    /// Subtrees taken whole, whose keys are nobody's business.
    private var opaque: Set<[String]> = []

    func ask(for key: String, at path: [String]) { known[path, default: []].insert(key) }

    func takeWhole(_ path: [String]) { opaque.insert(path) }

    func firstUnknownKey(in value: Value, at path: [String] = []) -> ValueCodingError? {
        if opaque.contains(path) { return nil }
        switch value {
        case .map(let map):
            guard let asked = known[path] else { return nil }
            for (key, child) in map.entries {
                if !asked.contains(key) {
                    let near = Spelling.nearest(to: key, among: asked).map { ", did you mean '\($0)'?" } ?? ""
                    return ValueCodingError(path: path + [key], message: "unknown key\(near)")
                }
                if let error = firstUnknownKey(in: child, at: path + [key]) { return error }
            }
        case .list(let elements):
            for (index, element) in elements.enumerated() {
                if let error = firstUnknownKey(in: element, at: path + ["[\(index)]"]) { return error }
            }
        default: break
        }
        return nil
    }
}
