import ExhaustCore
import ExhaustRuntime

/// The host's network as far as it is watched, by which messages of the kernel become changes.
struct NetworkState: Sendable {
    /// How many of each kind are kept.
    static let limit = 16_384

    private(set) var links = EntityTable<Interface>(limit: Self.limit)
    private(set) var addresses = EntityTable<InterfaceAddress>(limit: Self.limit)
    private(set) var routes = EntityTable<Route>(limit: Self.limit)
    private var neighbours = EntityTable<Neighbour>(limit: Self.limit)
    /// Whether routes may be gone of which the kernel says nothing: those of IPv4 whose interface or address went.
    var hasRoutesToCheck = false

    /// The answers to the questions for all there is.
    struct Inventory {
        var links: [NetlinkMessage] = []
        var addresses: [NetlinkMessage] = []
        var routes: [NetlinkMessage] = []
        var neighbours: [NetlinkMessage] = []
    }

    private func name(_ index: Int32) -> String? { links.entities[index]?.name }

    /// Takes what is there at first; gives what an event tells of it.
    mutating func begin(with all: Inventory) -> [NetworkChange] {
        _ = replace(with: all)
        let ordered = links.entities.values.sorted { $0.index < $1.index }
        let known = addresses.entities.values.sorted {
            ($0.key.interface, $0.key.address) < ($1.key.interface, $1.key.address)
        }
        return ordered.map { NetworkChange(.present, $0) } + known.map { NetworkChange(.present, $0) }
            + routes.entities.values.filter(\.isMissed).map { NetworkChange(.present, $0) }
    }

    /// Takes what is there after messages were lost; gives what that changes.
    mutating func replace(with all: Inventory) -> [NetworkChange] {
        let changes = links.replace(with: all.links.compactMap { Interface($0.content) })
        let addresses = self.addresses.replace(
            with: all.addresses.compactMap { InterfaceAddress($0.content, name: name) }.filter { !$0.isTentative })
        return changes + addresses + replaceRoutes(with: all.routes) + all.neighbours.compactMap { take($0) }
    }

    /// Takes all routes there are; gives what that changes. Of more than are kept nobody can say which went.
    mutating func replaceRoutes(with messages: [NetlinkMessage]) -> [NetworkChange] {
        hasRoutesToCheck = false
        if messages.count > Self.limit && !routes.entities.isEmpty { return [] }
        return routes.replace(with: messages.compactMap { Route($0.content, name: name) })
    }

    /// Takes one message; gives what it changes.
    mutating func take(_ message: NetlinkMessage) -> NetworkChange? {
        let content = message.content
        switch message.type {
        case RouteNetlink.newLink, RouteNetlink.removedLink:
            guard let interface = Interface(content) else { return nil }
            let change =
                message.type == RouteNetlink.newLink ? links.update(interface) : remove(interface)
            if change != nil { hasRoutesToCheck = true }
            return change
        case RouteNetlink.newAddress, RouteNetlink.removedAddress:
            guard let address = InterfaceAddress(content, name: name) else { return nil }
            if message.type == RouteNetlink.newAddress { return address.isTentative ? nil : addresses.update(address) }
            hasRoutesToCheck = true
            return addresses.remove(address)
        case RouteNetlink.newRoute, RouteNetlink.removedRoute:
            guard let route = Route(content, name: name) else { return nil }
            if message.type == RouteNetlink.newRoute { return routes.update(route) }
            // Of one with several hops a message may tell of the end of one hop alone.
            guard (routes.entities[route.key]?.hops.count ?? 0) <= 1 else {
                hasRoutesToCheck = true
                return nil
            }
            return routes.remove(route)
        case RouteNetlink.newNeighbour, RouteNetlink.removedNeighbour:
            guard let neighbour = Neighbour(content, name: name) else { return nil }
            return take(neighbour, isRemoved: message.type == RouteNetlink.removedNeighbour)
        default: return nil
        }
    }

    private mutating func remove(_ interface: Interface) -> NetworkChange? {
        addresses.forget { $0.key.interface == interface.index }
        neighbours.forget { $0.key.interface == interface.index }
        return links.remove(interface)
    }

    /// The kernel forgets neighbours that it has not heard of and meets them again, which says nothing; they are
    /// remembered here, so that one that comes back with another link-layer address is a change. One that never
    /// answered is none: whoever scans a network asks for many.
    private mutating func take(_ neighbour: Neighbour, isRemoved: Bool) -> NetworkChange? {
        let known = neighbours.entities[neighbour.key]
        if isRemoved { return known?.isPermanent == true ? neighbours.remove(neighbour) : nil }
        guard var now = Optional(neighbour), known != nil || !now.hasFailed else { return nil }
        // What failed has none any more.
        if now.mac == nil { now.mac = known?.mac }
        if known == nil, neighbours.entities.count >= neighbours.limit { neighbours.forget { _ in true } }
        return neighbours.update(now)
    }
}
