import ExhaustCore

/// Decodes what `SnapshotEncoder` wrote.
enum SnapshotDecoder {
    /// `bytes` as a `type`. Throws what is wrong with them.
    static func decode<T: Decodable>(_ type: T.Type, from bytes: [UInt8]) throws -> T {
        let source = try SnapshotSource(bytes)
        return try SnapshotDecoding(source, at: source.start, []).read(type)
    }
}

/// One level of decoding: the value at a place.
struct SnapshotDecoding: Decoder {
    let codingPath: [any CodingKey]
    fileprivate let source: SnapshotSource
    fileprivate let start: Int
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    init(_ source: SnapshotSource, at start: Int, _ codingPath: [any CodingKey]) {
        self.source = source
        self.start = start
        self.codingPath = codingPath
    }

    func read<T: Decodable>(_ type: T.Type) throws -> T {
        if T.self == Timestamp.self, let time = try timestamp() as? T { return time }
        if T.self == String.self, let text = try text() as? T { return text }
        if T.self == Duration.self, let duration = try duration() as? T { return duration }
        if T.self == Value.self || T.self == ValueMap.self {
            var position = start
            let value = try source.value(&position)
            if let value = value as? T ?? value.map as? T { return value }
        }
        return try T(from: self)
    }

    fileprivate var isNull: Bool { start < source.bytes.count && source.bytes[start] == SnapshotTag.null.rawValue }

    fileprivate func bool() throws -> Bool {
        var position = start
        switch try source.tag(&position) {
        case .yes: return true
        case .no: return false
        default: throw mismatch(Bool.self)
        }
    }

    fileprivate func integer<T: BinaryInteger>(_ type: T.Type) throws -> T {
        var position = start
        let tag = try source.tag(&position)
        let number: T?
        switch tag {
        case .int: number = T(exactly: try source.signed(&position))
        case .uint: number = T(exactly: try source.number(&position))
        default: number = nil
        }
        guard let number else { throw mismatch(type) }
        return number
    }

    fileprivate func double() throws -> Double {
        var position = start
        guard try source.tag(&position) == .double else { throw mismatch(Double.self) }
        return try source.double(&position)
    }

    fileprivate func text() throws -> String {
        var position = start
        let tag = try source.tag(&position)
        guard tag == .text || tag == .knownText else { throw mismatch(String.self) }
        return try source.text(tag, &position)
    }

    private func timestamp() throws -> Timestamp {
        var position = start
        guard try source.tag(&position) == .timestamp else { throw mismatch(Timestamp.self) }
        return try source.timestamp(&position)
    }

    private func duration() throws -> Duration {
        var position = start
        guard try source.tag(&position) == .duration else { throw mismatch(Duration.self) }
        return try source.duration(&position)
    }

    fileprivate func mismatch(_ type: Any.Type) -> DecodingError {
        .typeMismatch(type, .init(codingPath: codingPath, debugDescription: "there is something else at \(start)"))
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(try SnapshotMapReader(self))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { try SnapshotListReader(self) }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { SnapshotValueReader(decoding: self) }
}

private struct SnapshotMapReader<Key: CodingKey>: KeyedDecodingContainerProtocol {
    private let decoding: SnapshotDecoding
    /// Where each key's value stands, by the key's place in the table.
    private var offsets: [Int: Int] = [:]
    /// The keys in the order in which they were written.
    private var order: [Int] = []
    var codingPath: [any CodingKey] { decoding.codingPath }

    init(_ decoding: SnapshotDecoding) throws {
        self.decoding = decoding
        let source = decoding.source
        var position = decoding.start
        guard try source.tag(&position) == .map else { throw decoding.mismatch([String: Value].self) }
        let end = try source.end(&position)
        while position < end {
            let key = try source.place(&position)
            offsets[key] = position
            order.append(key)
            try source.skip(&position)
        }
    }

    var allKeys: [Key] { order.compactMap { Key(stringValue: decoding.source.table[$0]) } }

    func contains(_ key: Key) -> Bool { offset(key) != nil }

    private func offset(_ key: Key) -> Int? { decoding.source.places[key.stringValue].flatMap { offsets[$0] } }

    private func child(_ key: Key) throws -> SnapshotDecoding {
        guard let offset = offset(key) else {
            throw DecodingError.keyNotFound(
                key, .init(codingPath: codingPath, debugDescription: "'\(key.stringValue)' is missing"))
        }
        return SnapshotDecoding(decoding.source, at: offset, codingPath + [key])
    }

    func decodeNil(forKey key: Key) throws -> Bool { try child(key).isNull }
    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T { try child(key).read(type) }
    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> { try child(key).container(keyedBy: type) }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try child(key).unkeyedContainer()
    }
    func superDecoder() throws -> any Decoder { decoding }
    func superDecoder(forKey key: Key) throws -> any Decoder { try child(key) }
}

private struct SnapshotListReader: UnkeyedDecodingContainer {
    private let decoding: SnapshotDecoding
    private var position: Int
    private let end: Int
    private(set) var currentIndex = 0
    var codingPath: [any CodingKey] { decoding.codingPath }
    var count: Int? { nil }
    var isAtEnd: Bool { position >= end }

    init(_ decoding: SnapshotDecoding) throws {
        self.decoding = decoding
        position = decoding.start
        guard try decoding.source.tag(&position) == .list else { throw decoding.mismatch([Value].self) }
        end = try decoding.source.end(&position)
    }

    private mutating func next() throws -> SnapshotDecoding {
        guard !isAtEnd else { throw decoding.mismatch([Value].self) }
        let element = SnapshotDecoding(decoding.source, at: position, codingPath)
        try decoding.source.skip(&position)
        currentIndex += 1
        return element
    }

    mutating func decodeNil() throws -> Bool {
        guard !isAtEnd, SnapshotDecoding(decoding.source, at: position, []).isNull else { return false }
        _ = try next()
        return true
    }
    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T { try next().read(type) }
    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> { try next().container(keyedBy: type) }
    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { try next().unkeyedContainer() }
    mutating func superDecoder() throws -> any Decoder { try next() }
}

private struct SnapshotValueReader: SingleValueDecodingContainer {
    let decoding: SnapshotDecoding
    var codingPath: [any CodingKey] { decoding.codingPath }

    func decodeNil() -> Bool { decoding.isNull }
    func decode(_ type: Bool.Type) throws -> Bool { try decoding.bool() }
    func decode(_ type: String.Type) throws -> String { try decoding.text() }
    func decode(_ type: Double.Type) throws -> Double { try decoding.double() }
    func decode(_ type: Float.Type) throws -> Float { Float(try decoding.double()) }
    func decode(_ type: Int.Type) throws -> Int { try decoding.integer(type) }
    func decode(_ type: Int8.Type) throws -> Int8 { try decoding.integer(type) }
    func decode(_ type: Int16.Type) throws -> Int16 { try decoding.integer(type) }
    func decode(_ type: Int32.Type) throws -> Int32 { try decoding.integer(type) }
    func decode(_ type: Int64.Type) throws -> Int64 { try decoding.integer(type) }
    func decode(_ type: UInt.Type) throws -> UInt { try decoding.integer(type) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try decoding.integer(type) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try decoding.integer(type) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try decoding.integer(type) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try decoding.integer(type) }
    func decode<T: Decodable>(_ type: T.Type) throws -> T { try decoding.read(type) }
}
