/// A map's values by key.
struct KeyedValues<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let map: ValueMap
    let decoding: ValueDecoding

    var codingPath: [any CodingKey] { decoding.codingPath }
    var allKeys: [Key] {
        map.keys.compactMap { key in
            track(key); return Key(stringValue: key)
        }
    }

    private func track(_ key: String) { decoding.tracker.ask(for: key, at: decoding.path) }

    func contains(_ key: Key) -> Bool {
        track(key.stringValue)
        return map[key.stringValue] != nil
    }

    private func child(_ key: Key) throws -> ValueDecoding {
        track(key.stringValue)
        guard let value = map[key.stringValue] else {
            throw ValueCodingError(path: decoding.path, message: "'\(key.stringValue)' is missing")
        }
        return decoding.child(value, key)
    }

    func decodeNil(forKey key: Key) throws -> Bool {
        track(key.stringValue)
        return map[key.stringValue] == .null
    }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T { try child(key).unwrap(type) }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<NestedKey> {
        try child(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try child(key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { decoding }
    func superDecoder(forKey key: Key) throws -> any Decoder { try child(key) }
}

/// A list's values in order.
struct ListedValues: UnkeyedDecodingContainer {
    let elements: [Value]
    let decoding: ValueDecoding
    var currentIndex = 0

    init(elements: [Value], decoding: ValueDecoding) {
        self.elements = elements
        self.decoding = decoding
    }

    var codingPath: [any CodingKey] { decoding.codingPath }
    var count: Int? { elements.count }
    var isAtEnd: Bool { currentIndex >= elements.count }

    private mutating func next() throws -> ValueDecoding {
        guard !isAtEnd else {
            throw ValueCodingError(path: decoding.path, message: "the list ends after \(elements.count) elements")
        }
        defer { currentIndex += 1 }
        return decoding.child(elements[currentIndex], IndexKey(currentIndex))
    }

    mutating func decodeNil() throws -> Bool {
        guard !isAtEnd, elements[currentIndex] == .null else { return false }
        currentIndex += 1
        return true
    }

    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T { try next().unwrap(type) }

    mutating func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type
    ) throws -> KeyedDecodingContainer<NestedKey> {
        try next().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { try next().unkeyedContainer() }
    mutating func superDecoder() throws -> any Decoder { try next() }
}

/// A value that is neither map nor list to the type that reads it.
struct SingleValue: SingleValueDecodingContainer {
    let decoding: ValueDecoding

    var codingPath: [any CodingKey] { decoding.codingPath }
    func decodeNil() -> Bool { decoding.value == .null }
    func decode<T: Decodable>(_ type: T.Type) throws -> T { try decoding.unwrap(type) }
}

/// A place in a list as a coding key.
struct IndexKey: CodingKey {
    let index: Int

    init(_ index: Int) { self.index = index }
    init?(stringValue: String) { nil }
    init?(intValue: Int) { index = intValue }
    var stringValue: String { "[\(index)]" }
    var intValue: Int? { index }
}
