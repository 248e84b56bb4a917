/// Remembers the last ids that it was given; older ones are forgotten.
struct RecentSet: Sendable {
    private let capacity: Int
    private var members: Set<String> = []
    private var order: [String] = []

    /// A set that remembers at least `capacity` ids, and at most twice as many.
    init(capacity: Int) { self.capacity = capacity }

    func contains(_ id: String) -> Bool { members.contains(id) }

    mutating func insert(_ id: String) {
        guard members.insert(id).inserted else { return }
        order.append(id)
        guard order.count >= 2 * capacity else { return }
        for old in order.prefix(capacity) { members.remove(old) }
        order.removeFirst(capacity)
    }
}
