package import ExhaustCore
package import ExhaustRuntime

/// Matches DNS queries with their answers, over UDP and TCP, and tells of each pair once.
///
/// It goes by the packets' times alone, and its memory has a bound. What it takes is gone when `take` returns.
package struct DNSTracker {
    private struct Key: Hashable {
        let endpoints: Endpoints
        let id: UInt16
    }

    private struct Waiting {
        let query: DNSMessage
        let started: Timestamp
        var retransmissions = 0
    }

    /// Queries that went without an answer because more waited than may.
    package private(set) var evicted = 0
    /// Messages that were malformed.
    package private(set) var malformed = 0

    private let settings: DNSSettings
    private let communityID: CommunityID
    /// The latest time that a packet had.
    private var now = Timestamp(seconds: 0)
    private var waiting: AgingTable<Key, Waiting>
    /// What was answered a short while ago, so that an answer that comes twice is not told as one that none asked for.
    private var answered: AgingTable<Key, Bool>
    private var streams: DNSStreams

    package init(_ settings: DNSSettings = DNSSettings(), communityID: CommunityID = CommunityID()) {
        self.settings = settings
        self.communityID = communityID
        waiting = AgingTable(limit: settings.pending)
        answered = AgingTable(limit: settings.pending / 8)
        streams = DNSStreams(settings)
    }

    /// Takes a packet. Records that are ready are given to `emit`.
    package mutating func take(_ packet: Packet, _ emit: (TelemetryRecord) -> Void) {
        guard !packet.isLaterFragment, let kind = kind(of: packet) else { return }
        expire(now: packet.time, emit)
        switch packet.transport {
        case Transport.udp where packet.payloadLength > 0:
            // The rest of a datagram in fragments is not looked for: the first has question and code.
            let isCut = packet.isFragment || packet.payload.count < packet.payloadLength
            let message = DNSMessage(packet.payload, length: packet.payloadLength, isCut: isCut)
            take(message, of: packet, kind, emit)
        case Transport.tcp where kind == .dns:
            for message in streams.take(packet) { take(message, of: packet, kind, emit) }
        default: break
        }
    }

    /// Tells of the queries whose time has passed at `now`.
    package mutating func expire(now time: Timestamp, _ emit: (TelemetryRecord) -> Void) {
        now = max(now, time)
        let limit = now - settings.timeout
        while let old = waiting.removeOldest(before: limit) {
            tell(old.key, old.value, .unanswered, at: old.value.started + settings.timeout, emit)
        }
        while answered.removeOldest(before: limit) != nil {}
        streams.expire(before: limit)
    }

    /// Tells of the queries that still wait as the capture ends.
    package mutating func finish(_ emit: (TelemetryRecord) -> Void) {
        while let old = waiting.removeOldest() { tell(old.key, old.value, .unanswered, at: now, emit) }
    }

    private func kind(of packet: Packet) -> DNSKind? {
        guard packet.transport == Transport.udp || packet.transport == Transport.tcp else { return nil }
        let (source, destination) = (packet.sourcePort, packet.destinationPort)
        if settings.ports.contains(destination) || settings.ports.contains(source) { return .dns }
        guard settings.localNames, packet.transport == Transport.udp else { return nil }
        if destination == 5353 || source == 5353 { return .mdns }
        return destination == 5355 || source == 5355 ? .llmnr : nil
    }

    private mutating func take(
        _ message: DNSMessage, of packet: Packet, _ kind: DNSKind, _ emit: (TelemetryRecord) -> Void
    ) {
        if message.problem != nil { malformed += 1 }
        // Without a header the port tells who sent it.
        let isAnswer = message.hasHeader ? message.isResponse : !settings.ports.contains(packet.destinationPort)
        let endpoints = Endpoints(packet, reversed: isAnswer)
        guard kind == .dns, message.hasHeader else {
            var exchange = DNSExchange(endpoints: endpoints, kind: kind, state: .unpaired)
            if isAnswer { exchange.answer = message } else { exchange.query = message }
            return emit(exchange.record(at: packet.time, communityID))
        }
        let key = Key(endpoints: endpoints, id: message.id)
        if isAnswer {
            answer(key, message, at: packet.time, emit)
        } else {
            ask(key, message, at: packet.time, emit)
        }
    }

    private mutating func ask(
        _ key: Key, _ query: DNSMessage, at time: Timestamp, _ emit: (TelemetryRecord) -> Void
    ) {
        answered.remove(key)
        if let place = waiting.place(of: key) {
            if let former = waiting[place], former.query.questions == query.questions {
                waiting[place]?.retransmissions += 1
                return
            }
            if let former = waiting.remove(key) { tell(key, former, .unanswered, at: time, emit) }
        }
        if waiting.isFull, let oldest = waiting.removeOldest() {
            evicted += 1
            tell(oldest.key, oldest.value, .evicted, at: time, emit)
        }
        waiting.add(key, Waiting(query: query, started: time), at: time)
    }

    private mutating func answer(
        _ key: Key, _ answer: DNSMessage, at time: Timestamp, _ emit: (TelemetryRecord) -> Void
    ) {
        var exchange = DNSExchange(endpoints: key.endpoints, kind: .dns, state: .unasked, answer: answer)
        if let place = waiting.place(of: key), let asked = waiting[place], answer.answers(asked.query) {
            waiting.remove(key)
            (exchange.state, exchange.query, exchange.started) = (.answered, asked.query, asked.started)
            exchange.retransmissions = asked.retransmissions
            if answered.isFull { _ = answered.removeOldest() }
            answered.add(key, true, at: time)
        } else if answered.place(of: key) != nil {
            return
        }
        emit(exchange.record(at: time, communityID))
    }

    private func tell(
        _ key: Key, _ waited: Waiting, _ state: DNSState, at time: Timestamp, _ emit: (TelemetryRecord) -> Void
    ) {
        let exchange = DNSExchange(
            endpoints: key.endpoints, kind: .dns, state: state, query: waited.query, started: waited.started,
            retransmissions: waited.retransmissions)
        emit(exchange.record(at: time, communityID))
    }
}

extension DNSMessage {
    /// Whether this can be the answer to `query`: it repeats its question, or none, as some errors do.
    func answers(_ query: DNSMessage) -> Bool {
        guard let question = questions.first, let asked = query.questions.first else { return true }
        return question.type == asked.type && question.classNumber == asked.classNumber
            && question.name.lowercased() == asked.name.lowercased()
    }
}
