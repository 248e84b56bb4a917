/// A YAML file as a value tree that remembers where each key stands.
public struct YAMLDocument: Sendable {
    /// The content; an empty file is an empty map.
    public var root: Value
    /// The file's name as errors say it.
    public let file: String
    var lines: [[String]: Int]
    var scalars: [[String]: YAMLScalar] = [:]
    /// The file's content.
    var bytes: [UInt8] = []

    /// Where the key at `path` stands, as `file:line`; the nearest known key above it if it is not in the file.
    public func location(of path: [String]) -> String {
        var path = path
        while !path.isEmpty {
            if let line = lines[path] { return "\(file):\(line)" }
            path.removeLast()
        }
        return file
    }

    /// Decodes the whole document, refusing unknown keys.
    public func decode<T: Decodable>(_ type: T.Type) throws(ExhaustError) -> T {
        do {
            return try ValueDecoder(strict: true).decode(type, from: root)
        } catch let error as ValueCodingError {
            if let failure = error.expression { throw self.error(at: error.path, failure) }
            throw self.error(at: error.path, error.message)
        } catch {
            throw ExhaustError(.configuration, "\(error)", at: file)
        }
    }

    /// An error about the key at `path` that names file, line and key. List indexes are path steps such as `[2]`.
    public func error(at path: [String], _ message: String, advice: String? = nil) -> ExhaustError {
        let key = ValueCodingError(path: path, message: "").pathText
        return ExhaustError(
            .configuration, key.isEmpty ? message : "\(key): \(message)", at: location(of: path), advice: advice)
    }

    /// An error in the expression or template at `path`, or in one below it; it names file, line, column and key.
    public func error(at path: [String], _ failure: ExpressionError) -> ExhaustError {
        let below = scalars.filter { $0.key.starts(with: path) && $0.value.text == failure.source }
        guard let scalar = below.values.min(by: { ($0.line, $0.column) < ($1.line, $1.column) }) else {
            return error(at: path, "\(failure)")
        }
        let place = scalar.position(of: failure.offset, in: bytes)
        let key = ValueCodingError(path: path, message: failure.problem.text)
        return ExhaustError(.configuration, "\(key)", at: "\(file):\(place.line):\(place.column)")
    }
}
