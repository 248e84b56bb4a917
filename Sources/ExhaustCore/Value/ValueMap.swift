/// Keys and values in the order in which they were written.
///
/// Most maps in an event have a handful of keys, for which a scan beats hashing; larger ones keep an index.
/// Equality ignores order, as JSON does.
public struct ValueMap: Sendable {
    /// One key with its value.
    public typealias Entry = (key: String, value: Value)

    /// The entries, oldest first. Keys are unique.
    public private(set) var entries: [Entry] = []
    private var index: [String: Int] = [:]
    private static let scanLimit = 32

    /// An empty map.
    public init() {}

    /// A map of `elements`; of equal keys the last one wins.
    public init(_ elements: some Sequence<(String, Value)>) {
        for (key, value) in elements { self[key] = value }
    }

    /// A map of entries whose keys differ from each other, as a maker of records knows of its own.
    public init(unique entries: [Entry]) {
        self.entries = entries
        if entries.count > Self.scanLimit { index = Self.index(of: entries) }
    }

    /// The number of entries.
    public var count: Int { entries.count }
    /// Whether there is no entry.
    public var isEmpty: Bool { entries.isEmpty }
    /// The keys, oldest first.
    public var keys: [String] { entries.map(\.key) }

    /// The value under `key`; setting `nil` removes the entry.
    public subscript(key: String) -> Value? {
        get { position(of: key).map { entries[$0].value } }
        set {
            switch (position(of: key), newValue) {
            case (let position?, let value?): entries[position].value = value
            case (let position?, nil): remove(at: position)
            case (nil, let value?): append(key, value)
            case (nil, nil): break
            }
        }
    }

    /// Adds an entry whose key is known to be new, as a reader that has checked it does.
    mutating func append(_ key: String, _ value: Value) {
        entries.append((key, value))
        if entries.count == Self.scanLimit + 1 {
            index = Self.index(of: entries)
        } else if entries.count > Self.scanLimit {
            index[key] = entries.count - 1
        }
    }

    private static func index(of entries: [Entry]) -> [String: Int] {
        Dictionary(entries.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { $1 })
    }

    /// The value under `key`, looked for first where `place` says, which is then where it was found: events of one kind
    /// have their keys at the same places.
    package func value(of key: String, near place: inout Int) -> Value? {
        if place < entries.count, entries[place].key == key { return entries[place].value }
        guard let position = position(of: key) else { return nil }
        place = position
        return entries[position].value
    }

    private func position(of key: String) -> Int? {
        if entries.count > Self.scanLimit { return index[key] }
        let length = key.utf8.count
        for position in entries.indices where entries[position].key.utf8.count == length {
            if entries[position].key == key { return position }
        }
        return nil
    }

    private mutating func remove(at position: Int) {
        let rest = entries.enumerated().filter { $0.offset != position }.map(\.element)
        self = ValueMap(rest.map { ($0.key, $0.value) })
    }
}

extension ValueMap: Hashable {
    public static func == (left: ValueMap, right: ValueMap) -> Bool {
        left.count == right.count && left.entries.allSatisfy { right[$0.key] == $0.value }
    }

    public func hash(into hasher: inout Hasher) {
        var sum = 0
        for entry in entries {
            var one = Hasher()
            one.combine(entry.key)
            one.combine(entry.value)
            sum ^= one.finalize()
        }
        hasher.combine(sum)
    }
}

extension ValueMap: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, Value)...) { self.init(elements) }
}
