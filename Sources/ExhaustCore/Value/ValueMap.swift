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

    /// A map of `entries`, of which the caller knows that no two have the same key: looking would take longer than all
    /// else that is done to a record with a dozen of them.
    public init(distinct entries: [Entry]) {
        self.entries = entries
        guard entries.count > Self.scanLimit else { return }
        index = Dictionary(entries.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { first, _ in first })
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
            index = Dictionary(uniqueKeysWithValues: entries.enumerated().map { ($1.key, $0) })
        } else if entries.count > Self.scanLimit {
            index[key] = entries.count - 1
        }
    }

    private func position(of key: String) -> Int? {
        entries.count > Self.scanLimit ? index[key] : entries.firstIndex { $0.key == key }
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
