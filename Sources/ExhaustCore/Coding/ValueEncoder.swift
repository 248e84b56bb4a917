/// Encodes `Encodable` types as a `Value`. Optionals that are `nil` leave no key.
public struct ValueEncoder: Sendable {
    /// An encoder.
    public init() {}

    /// The value of `encodable`.
    public func encode(_ encodable: some Encodable) throws -> Value {
        let encoding = ValueEncoding(codingPath: [])
        try encoding.write(encodable)
        return encoding.value
    }
}

/// One level of encoding. Containers write through to it as they go; one encoding uses it, on one thread.
final class ValueEncoding: Encoder {
    let codingPath: [any CodingKey]
    private let report: (Value) -> Void
    private(set) var value: Value = .null
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    init(codingPath: [any CodingKey], report: @escaping (Value) -> Void = { _ in }) {
        self.codingPath = codingPath
        self.report = report
    }

    func set(_ value: Value) {
        self.value = value
        report(value)
    }

    func write(_ encodable: some Encodable) throws {
        switch encodable {
        case let value as Value: set(value)
        case let map as ValueMap: set(.map(map))
        case let duration as Duration: set(.string("\(duration.inSeconds)s"))
        case let text as String: set(.string(text))
        case let flag as Bool: set(.bool(flag))
        case let number as Double: set(.double(number))
        case let number as UInt64 where number > UInt64(Int64.max): set(.uint(number))
        case let number as any BinaryInteger: set(.int(Int64(number)))
        default: try encodable.encode(to: self)
        }
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        if value == .null { set(.map([:])) }
        return KeyedEncodingContainer(MapWriter(encoding: self))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        if value == .null { set(.list([])) }
        return ListWriter(encoding: self)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { ValueWriter(encoding: self) }

    /// An encoding whose value becomes the entry `key` of this map.
    func child(_ key: any CodingKey) -> ValueEncoding {
        ValueEncoding(codingPath: codingPath + [key]) { [self] entry in
            var map = value.map ?? [:]
            map[key.stringValue] = entry
            set(.map(map))
        }
    }

    /// An encoding whose value becomes the next element of this list.
    func nextElement() -> ValueEncoding {
        let index = value.list?.count ?? 0
        set(.list((value.list ?? []) + [.null]))
        return ValueEncoding(codingPath: codingPath + [IndexKey(index)]) { [self] element in
            var elements = value.list ?? []
            elements[index] = element
            set(.list(elements))
        }
    }
}

private struct MapWriter<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let encoding: ValueEncoding
    var codingPath: [any CodingKey] { encoding.codingPath }

    func encodeNil(forKey key: Key) { encoding.child(key).set(.null) }
    func encode<T: Encodable>(_ value: T, forKey key: Key) throws { try encoding.child(key).write(value) }
    func nestedContainer<Nested: CodingKey>(keyedBy: Nested.Type, forKey key: Key) -> KeyedEncodingContainer<Nested> {
        encoding.child(key).container(keyedBy: keyedBy)
    }
    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        encoding.child(key).unkeyedContainer()
    }
    func superEncoder() -> any Encoder { encoding }
    func superEncoder(forKey key: Key) -> any Encoder { encoding.child(key) }
}

private struct ListWriter: UnkeyedEncodingContainer {
    let encoding: ValueEncoding
    var codingPath: [any CodingKey] { encoding.codingPath }
    var count: Int { encoding.value.list?.count ?? 0 }

    func encodeNil() { encoding.nextElement().set(.null) }
    func encode<T: Encodable>(_ value: T) throws { try encoding.nextElement().write(value) }
    func nestedContainer<Nested: CodingKey>(keyedBy: Nested.Type) -> KeyedEncodingContainer<Nested> {
        encoding.nextElement().container(keyedBy: keyedBy)
    }
    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { encoding.nextElement().unkeyedContainer() }
    func superEncoder() -> any Encoder { encoding.nextElement() }
}

private struct ValueWriter: SingleValueEncodingContainer {
    let encoding: ValueEncoding
    var codingPath: [any CodingKey] { encoding.codingPath }

    func encodeNil() { encoding.set(.null) }
    func encode<T: Encodable>(_ value: T) throws { try encoding.write(value) }
}
