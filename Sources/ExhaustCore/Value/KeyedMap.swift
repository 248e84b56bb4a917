/// A map whose keys are strings, truth values and integers. Keys that are equal as numbers are one key: 1, 1u and 1.0.
public struct KeyedMap: Sendable {
    /// One key with its value.
    public typealias Entry = (key: Value, value: Value)

    /// The entries, oldest first.
    public private(set) var entries: [Entry] = []
    private var index: [Key: Int] = [:]

    /// A key with what does not count in it taken away.
    private enum Key: Hashable {
        case bool(Bool)
        case int(Int64)
        case uint(UInt64)
        case string(String)

        init?(_ value: Value) {
            switch value {
            case .bool(let flag): self = .bool(flag)
            case .string(let text): self = .string(text)
            case .int(let number): self = .int(number)
            case .uint(let number): self = Int64(exactly: number).map(Key.int) ?? .uint(number)
            case .double(let number):
                if let number = Int64(exactly: number) {
                    self = .int(number)
                } else if let number = UInt64(exactly: number) {
                    self = .uint(number)
                } else {
                    return nil
                }
            default: return nil
            }
        }
    }

    /// An empty map.
    package init() {}

    /// The same entries under keys of any type.
    init(_ map: ValueMap) {
        for entry in map.entries { append(.string(entry.key), entry.value) }
    }

    /// The value under `key`.
    public subscript(key: Value) -> Value? { Key(key).flatMap { index[$0] }.map { entries[$0].value } }

    /// Adds an entry; false if the key stands in the map already.
    @discardableResult
    package mutating func append(_ key: Value, _ value: Value) -> Bool {
        guard let normal = Key(key), index[normal] == nil else { return false }
        index[normal] = entries.count
        entries.append((key, value))
        return true
    }
}

extension KeyedMap: Hashable {
    public static func == (left: KeyedMap, right: KeyedMap) -> Bool {
        left.entries.count == right.entries.count && left.entries.allSatisfy { right[$0.key] == $0.value }
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(Set(index.keys)) }
}
