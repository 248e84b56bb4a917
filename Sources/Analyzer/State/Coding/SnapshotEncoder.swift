import ExhaustCore

/// Encodes what the analyzer knows, compactly: names that come again are numbers.
enum SnapshotEncoder {
    /// The bytes of `value`.
    static func encode(_ value: some Encodable) throws -> [UInt8] {
        let sink = SnapshotSink()
        try SnapshotEncoding(sink, []).write(value)
        return sink.finish()
    }
}

/// One level of encoding. What a container is given is written at once, so a nested container ends when its parent is
/// used again.
final class SnapshotEncoding: Encoder {
    let codingPath: [any CodingKey]
    fileprivate let sink: SnapshotSink
    /// Where its list or map begins.
    private var start: Int?
    private var child: SnapshotEncoding?
    fileprivate var elements = 0
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    init(_ sink: SnapshotSink, _ codingPath: [any CodingKey]) {
        self.sink = sink
        self.codingPath = codingPath
    }

    private func begin(_ tag: SnapshotTag) { if start == nil { start = sink.open(tag) } }

    /// Ends the list or map.
    func end() {
        endChild()
        if let start { sink.close(start) }
    }

    fileprivate func endChild() {
        child?.end()
        child = nil
    }

    /// What is written next is the entry `key`.
    fileprivate func key(_ key: any CodingKey) {
        endChild()
        sink.writeKey(key.stringValue)
    }

    fileprivate func element() {
        endChild()
        elements += 1
    }

    fileprivate func nest() -> SnapshotEncoding {
        // The path is for messages of errors, of which encoding has none.
        let nested = SnapshotEncoding(sink, [])
        child = nested
        return nested
    }

    func write<T: Encodable>(_ value: T) throws {
        if T.self == Timestamp.self, let time = value as? Timestamp { return sink.write(time) }
        if T.self == String.self, let text = value as? String { return sink.write(text) }
        if T.self == Value.self, let value = value as? Value { return sink.write(value) }
        if T.self == ValueMap.self, let map = value as? ValueMap { return sink.write(.map(map)) }
        if T.self == Duration.self, let duration = value as? Duration { return sink.write(duration) }
        let encoding = SnapshotEncoding(sink, [])
        let before = sink.count
        try value.encode(to: encoding)
        encoding.end()
        // A type that had nothing to say.
        if sink.count == before { sink.begin(.null) }
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        begin(.map)
        return KeyedEncodingContainer(SnapshotMapWriter(encoding: self))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        begin(.list)
        return SnapshotListWriter(encoding: self)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { SnapshotValueWriter(encoding: self) }
}

private struct SnapshotMapWriter<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let encoding: SnapshotEncoding
    var codingPath: [any CodingKey] { encoding.codingPath }

    func encodeNil(forKey key: Key) {
        encoding.key(key)
        encoding.sink.begin(.null)
    }
    func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
        encoding.key(key)
        try encoding.write(value)
    }
    func nestedContainer<Nested: CodingKey>(keyedBy: Nested.Type, forKey key: Key) -> KeyedEncodingContainer<Nested> {
        encoding.key(key)
        return encoding.nest().container(keyedBy: keyedBy)
    }
    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        encoding.key(key)
        return encoding.nest().unkeyedContainer()
    }
    func superEncoder() -> any Encoder { encoding }
    func superEncoder(forKey key: Key) -> any Encoder {
        encoding.key(key)
        return encoding.nest()
    }
}

private struct SnapshotListWriter: UnkeyedEncodingContainer {
    let encoding: SnapshotEncoding
    var codingPath: [any CodingKey] { encoding.codingPath }
    var count: Int { encoding.elements }

    func encodeNil() {
        encoding.element()
        encoding.sink.begin(.null)
    }
    func encode<T: Encodable>(_ value: T) throws {
        encoding.element()
        try encoding.write(value)
    }
    func nestedContainer<Nested: CodingKey>(keyedBy: Nested.Type) -> KeyedEncodingContainer<Nested> {
        encoding.element()
        return encoding.nest().container(keyedBy: keyedBy)
    }
    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        encoding.element()
        return encoding.nest().unkeyedContainer()
    }
    func superEncoder() -> any Encoder {
        encoding.element()
        return encoding.nest()
    }
}

private struct SnapshotValueWriter: SingleValueEncodingContainer {
    let encoding: SnapshotEncoding
    var codingPath: [any CodingKey] { encoding.codingPath }

    func encodeNil() { encoding.sink.begin(.null) }
    func encode(_ value: Bool) { encoding.sink.begin(value ? .yes : .no) }
    func encode(_ value: String) { encoding.sink.write(value) }
    func encode(_ value: Double) { encoding.sink.write(value) }
    func encode(_ value: Float) { encoding.sink.write(Double(value)) }
    func encode(_ value: Int) { encoding.sink.write(Int64(value)) }
    func encode(_ value: Int8) { encoding.sink.write(Int64(value)) }
    func encode(_ value: Int16) { encoding.sink.write(Int64(value)) }
    func encode(_ value: Int32) { encoding.sink.write(Int64(value)) }
    func encode(_ value: Int64) { encoding.sink.write(value) }
    func encode(_ value: UInt) { encoding.sink.write(UInt64(value)) }
    func encode(_ value: UInt8) { encoding.sink.write(UInt64(value)) }
    func encode(_ value: UInt16) { encoding.sink.write(UInt64(value)) }
    func encode(_ value: UInt32) { encoding.sink.write(UInt64(value)) }
    func encode(_ value: UInt64) { encoding.sink.write(value) }
    func encode<T: Encodable>(_ value: T) throws { try encoding.write(value) }
}
