/// One level of decoding: a value and the path that led to it.
struct ValueDecoding: Decoder {
    let value: Value
    let codingPath: [any CodingKey]
    let tracker: KeyTracker
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    var path: [String] { codingPath.texts }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .map(let map) = value else { throw mismatch("a map") }
        return KeyedDecodingContainer(KeyedValues(map: map, decoding: self))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .list(let elements) = value else { throw mismatch("a list") }
        return ListedValues(elements: elements, decoding: self)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { SingleValue(decoding: self) }

    func child(_ value: Value, _ key: any CodingKey) -> ValueDecoding {
        ValueDecoding(value: value, codingPath: codingPath + [key], tracker: tracker)
    }

    func mismatch(_ expected: String) -> ValueCodingError {
        ValueCodingError(path: path, message: "expected \(expected), found \(value.typeName)")
    }

    /// Decodes the value at hand, with the types that this coder knows by itself first.
    func unwrap<T: Decodable>(_ type: T.Type) throws -> T {
        if let known = try knownType(type) as? T { return known }
        do {
            return try T(from: self)
        } catch let error as DecodingError {
            if let words = Self.words(of: type), value.string != nil {
                throw ValueCodingError(path: path, message: "must be one of \(words.joined(separator: ", "))")
            }
            throw ValueCodingError(error, at: path)
        }
    }

    /// The words that an enumeration of strings knows.
    private static func words(of type: any Decodable.Type) -> [String]? {
        func words<T: CaseIterable>(_ type: T.Type) -> [String] {
            type.allCases.compactMap { ($0 as? any RawRepresentable)?.rawValue as? String }
        }
        guard let enumeration = type as? any CaseIterable.Type else { return nil }
        return words(enumeration)
    }

    private func knownType(_ type: any Decodable.Type) throws -> Any? {
        switch type {
        case is Value.Type:
            tracker.takeWhole(path)
            return value
        case is ValueMap.Type:
            guard case .map(let map) = value else { throw mismatch("a map") }
            tracker.takeWhole(path)
            return map
        case is Duration.Type:
            if case .duration(let duration) = value { return duration }
            guard case .string(let text) = value, let duration = Duration(text: text) else {
                throw ValueCodingError(path: path, message: "expected a duration such as 250ms, 10s or 5m")
            }
            return duration
        case is String.Type: return try text()
        case is Bool.Type:
            guard case .bool(let flag) = value else { throw mismatch("true or false") }
            return flag
        case is Double.Type:
            guard let number = value.number else { throw mismatch("a number") }
            return number
        case let type as any FixedWidthInteger.Type: return try integer(type)
        default: return nil
        }
    }

    private func text() throws -> String {
        guard case .string(let text) = value else {
            throw ValueCodingError(
                path: path,
                message: "expected a string, found \(value.typeName)\(value.number == nil ? "" : "; quote it")")
        }
        return text
    }

    func integer<T: FixedWidthInteger>(_ type: T.Type) throws -> T {
        let number: T? =
            switch value {
            case .int(let number): T(exactly: number)
            case .uint(let number): T(exactly: number)
            case .double(let number): T(exactly: number)
            default: throw mismatch("an integer")
            }
        guard let number else {
            throw ValueCodingError(path: path, message: "expected an integer from \(T.min) to \(T.max)")
        }
        return number
    }
}

extension ValueCodingError {
    /// A standard library's error in this coder's words.
    init(_ error: DecodingError, at path: [String]) {
        switch error {
        case .keyNotFound(let key, _):
            self.init(path: path, message: "'\(key.stringValue)' is missing")
        case .dataCorrupted(let context), .typeMismatch(_, let context), .valueNotFound(_, let context):
            let expression = context.underlyingError as? ExpressionError
            self.init(path: path, message: context.debugDescription, in: expression)
        @unknown default:
            self.init(path: path, message: "\(error)")
        }
    }
}

extension [any CodingKey] {
    /// The path as `ValueCodingError` wants it.
    package var texts: [String] { map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue } }
}
