import ExhaustCore

/// A dictionary of bounded size that knows which of its entries was used the longest ago. All is done in constant
/// time, and without allocation once it has grown to its limit.
struct AgingTable<Key: Hashable, Value> {
    private struct Slot {
        var key: Key
        /// nil in a slot that is free.
        var value: Value?
        var used: Timestamp
        var older = -1
        var newer = -1
    }

    let limit: Int
    private var places: [Key: Int] = [:]
    private var slots: [Slot] = []
    private var free: [Int] = []
    private var oldest = -1
    private var newest = -1

    /// A table of at most `limit` entries, 1 at least.
    init(limit: Int) { self.limit = max(1, limit) }

    var count: Int { places.count }
    var isFull: Bool { places.count >= limit }

    /// The place of the entry of `key`, good until entries are added or removed.
    func place(of key: Key) -> Int? { places.isEmpty ? nil : places[key] }

    /// The value at a place. Where it is changed, it is changed in place.
    subscript(place: Int) -> Value? {
        get { slots[place].value }
        _modify { yield &slots[place].value }
    }

    /// Adds an entry whose key is new, as the latest used. Make room before: a full table takes none.
    mutating func add(_ key: Key, _ value: Value, at time: Timestamp) {
        guard !isFull, places[key] == nil else { return }
        let place: Int
        if let known = free.popLast() {
            place = known
            slots[place] = Slot(key: key, value: value, used: time)
        } else {
            place = slots.count
            slots.append(Slot(key: key, value: value, used: time))
        }
        places[key] = place
        link(place)
    }

    /// Says that the entry was used now.
    mutating func touch(_ place: Int, at time: Timestamp) {
        slots[place].used = time
        guard place != newest else { return }
        unlink(place)
        link(place)
    }

    @discardableResult
    mutating func remove(_ key: Key) -> Value? {
        guard let place = places.removeValue(forKey: key) else { return nil }
        unlink(place)
        free.append(place)
        defer { slots[place].value = nil }
        return slots[place].value
    }

    /// Takes the entry out that was used the longest ago, if that was before `time`.
    mutating func removeOldest(before time: Timestamp) -> (key: Key, value: Value)? {
        guard oldest >= 0, slots[oldest].used < time else { return nil }
        return removeOldest()
    }

    /// Takes the entry out that was used the longest ago.
    mutating func removeOldest() -> (key: Key, value: Value)? {
        guard oldest >= 0 else { return nil }
        let key = slots[oldest].key
        return remove(key).map { (key, $0) }
    }

    private mutating func link(_ place: Int) {
        slots[place].older = newest
        slots[place].newer = -1
        if newest >= 0 { slots[newest].newer = place } else { oldest = place }
        newest = place
    }

    private mutating func unlink(_ place: Int) {
        let (older, newer) = (slots[place].older, slots[place].newer)
        if older >= 0 { slots[older].newer = newer } else { oldest = newer }
        if newer >= 0 { slots[newer].older = older } else { newest = older }
    }
}
