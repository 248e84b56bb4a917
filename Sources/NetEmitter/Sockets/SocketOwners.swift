import ExhaustCore
import ExhaustRuntime
import Synchronization

/// Who has, or had until recently, which conversation: for those who see packets. From any thread.
///
/// What it knows comes from looks at the kernel's sockets now and then. `ask` makes it look for one at once, so that
/// the owners of short conversations are known too, if the socket still exists when its first packet is seen.
final class SocketOwners: Sendable {
    /// How much is remembered.
    struct Limits: Sendable {
        /// Conversations that ended, or that were asked for.
        var closed = 65_536
        /// Questions that wait for an answer.
        var questions = 4096
        /// How long the owner of one that ended is remembered at least; up to twice as long.
        var memory: Duration = .seconds(600)

        init() {}
    }

    private struct State {
        var open: [SocketTuple: SocketOwner] = [:]
        /// Of those that ended the newer ones; they become the older ones when they are half of what may be kept.
        var newer: [SocketTuple: SocketOwner] = [:]
        var older: [SocketTuple: SocketOwner] = [:]
        var newerSince: Timestamp?
        var listeners: [ListenerPort: [(address: IPAddress, owner: SocketOwner)]] = [:]
        var addresses: Set<IPAddress> = []
        var questions: [SocketTuple] = []

        func known(_ tuple: SocketTuple) -> SocketOwner? { open[tuple] ?? newer[tuple] ?? older[tuple] }

        func isLocal(_ address: IPAddress) -> Bool {
            addresses.contains(address) || address.isIPv4 && UInt32(truncatingIfNeeded: address.low) >> 24 == 127
        }

        mutating func remember(_ tuple: SocketTuple, _ owner: SocketOwner, now: Timestamp, _ limits: Limits) {
            let since = newerSince ?? now
            newerSince = since
            if newer.count * 2 >= limits.closed || since + limits.memory < now {
                (older, newer, newerSince) = (newer, [:], now)
            }
            newer[tuple] = owner
        }
    }

    private struct ListenerPort: Hashable {
        var transport: UInt8
        var port: UInt16
    }

    private let state = Mutex(State())
    private let limits: Limits
    private let asked: Wakeup

    /// Nothing is known yet.
    init(limits: Limits = Limits()) throws {
        self.limits = limits
        asked = try Wakeup()
    }

    /// The owner of this end of a conversation, if the end is on this host and it is known.
    func owner(of tuple: SocketTuple) -> SocketOwner? {
        state.withLock { state in
            if let owner = state.known(tuple) { return owner }
            return state.isLocal(tuple.local) ? Self.listener(tuple, in: state) : nil
        }
    }

    /// Whether this host has the address.
    func isLocal(_ address: IPAddress) -> Bool { state.withLock { $0.isLocal(address) } }

    /// Looks for the owner of this end of a conversation that has just begun, if the end is on this host and it is not
    /// known yet. Questions that find no room are forgotten.
    func ask(_ tuple: SocketTuple) {
        let isNew = state.withLock { state in
            guard state.isLocal(tuple.local), state.questions.count < limits.questions, state.known(tuple) == nil,
                Self.listener(tuple, in: state) == nil
            else { return false }
            state.questions.append(tuple)
            return true
        }
        if isNew { asked.signal() }
    }

    private static func listener(_ tuple: SocketTuple, in state: State) -> SocketOwner? {
        let found = state.listeners[ListenerPort(transport: tuple.transport, port: tuple.localPort)] ?? []
        let one = found.first { $0.address == tuple.local }
        // One that listens on all IPv6 addresses gets IPv4 too, unless it said otherwise.
        return
            (one ?? found.first { $0.address.isWildcard && ($0.address.isIPv4 || !tuple.local.isIPv4) }
            ?? found.first { $0.address.isWildcard })?.owner
    }
}

// For the one that looks at the sockets.
extension SocketOwners {
    func takeQuestions() -> [SocketTuple] {
        state.withLock { state in
            defer { state.questions = [] }
            return state.questions
        }
    }

    /// Waits for a question, or for `timeout`.
    func wait(timeout: Duration) { asked.wait(timeout: timeout) }

    func open(_ tuple: SocketTuple, _ owner: SocketOwner) { state.withLock { $0.open[tuple] = owner } }

    /// A conversation has ended; its owner is remembered for a while.
    func close(_ tuple: SocketTuple, now: Timestamp) {
        state.withLock { state in
            guard let owner = state.open.removeValue(forKey: tuple) else { return }
            state.remember(tuple, owner, now: now, limits)
        }
    }

    /// The owner of a conversation that may have ended already.
    func remember(_ tuple: SocketTuple, _ owner: SocketOwner, now: Timestamp) {
        state.withLock { $0.remember(tuple, owner, now: now, limits) }
    }

    func setListeners(_ listeners: some Sequence<(key: Listener.Key, owner: SocketOwner)>) {
        var ports: [ListenerPort: [(address: IPAddress, owner: SocketOwner)]] = [:]
        for (key, owner) in listeners {
            let port = ListenerPort(transport: key.transport, port: key.port)
            ports[port, default: []].append((key.address, owner))
        }
        state.withLock { $0.listeners = ports }
    }

    func setAddresses(_ addresses: Set<IPAddress>) { state.withLock { $0.addresses = addresses } }
}
