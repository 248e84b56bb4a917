import ExhaustCore

/// Something of the host's network that comes, changes and goes.
protocol NetworkEntity: Sendable {
    associatedtype Key: Hashable & Sendable

    /// What an event of it is about.
    static var subject: NetworkSubject { get }
    /// What makes it the same one.
    var key: Key { get }
    /// How an event names it.
    var identity: ValueMap { get }
    /// What may change.
    var attributes: ValueMap { get }
    /// Whether it does not work as it should.
    var isTroubled: Bool { get }
    /// Whether something does not work once it is gone.
    var isMissed: Bool { get }
}

extension NetworkEntity {
    var isTroubled: Bool { false }
    var isMissed: Bool { false }
}

/// All that there is of one kind, by which changes are told from what is only said again.
struct EntityTable<Entity: NetworkEntity>: Sendable {
    /// More are told of as they come and go, but not kept.
    let limit: Int
    private(set) var entities: [Entity.Key: Entity] = [:]

    init(limit: Int) { self.limit = limit }

    /// Takes what is so now; gives what that changes.
    mutating func update(_ entity: Entity) -> NetworkChange? {
        let old = entities[entity.key]
        if old != nil || entities.count < limit { entities[entity.key] = entity }
        guard let old else { return NetworkChange(.added, entity) }
        let (before, now) = (old.attributes, entity.attributes)
        var previous = ValueMap()
        for key in before.keys + now.keys where before[key] != now[key] { previous[key] = before[key] ?? .null }
        if previous.isEmpty { return nil }
        return NetworkChange(.changed, entity, previous: previous, wasTroubled: old.isTroubled)
    }

    /// Takes that it is gone.
    mutating func remove(_ entity: Entity) -> NetworkChange? {
        let known = entities.removeValue(forKey: entity.key)
        if known == nil && entities.count < limit { return nil }
        return NetworkChange(.removed, known ?? entity)
    }

    /// Takes that these are all; gives what that changes.
    mutating func replace(with all: [Entity]) -> [NetworkChange] {
        let keys = Set(all.map(\.key))
        let gone = entities.values.filter { !keys.contains($0.key) }.compactMap { remove($0) }
        return gone + all.compactMap { entities[$0.key] != nil || entities.count < limit ? update($0) : nil }
    }

    /// Forgets without a word.
    mutating func forget(where isForgotten: (Entity) -> Bool) {
        entities = entities.filter { !isForgotten($0.value) }
    }
}
