extension Value {
    /// About how many bytes this takes as JSON; for batching, so a few per cent off is well.
    public var approximateSize: Int {
        switch self {
        case .null, .bool: 5
        case .int, .uint: 12
        case .double, .duration: 18
        case .timestamp: 32
        case .string(let text): text.utf8.count + 3
        case .bytes(let bytes): bytes.count * 4 / 3 + 4
        case .list(let elements): elements.reduce(2) { $0 + $1.approximateSize + 1 }
        case .map(let map): map.approximateSize
        case .computed(let value): value.plain.approximateSize
        }
    }
}

extension ValueMap {
    /// About how many bytes this takes as JSON.
    public var approximateSize: Int {
        entries.reduce(2) { $0 + $1.key.utf8.count + 4 + $1.value.approximateSize }
    }
}
