package import ExhaustCore

/// Every message that is not confirmed yet, and when to publish it: the publisher's whole judgement, without I/O.
///
/// Messages of one route are published in the order in which they came, and a route that the broker refuses (nack:
/// a queue is full; return: no queue is bound) is held back alone: its refused messages go first when its time comes,
/// one at a time until one is confirmed. What was already under way behind a refused message may have arrived before
/// it, so that order holds but for a window's worth around a refusal. After a lost connection everything unconfirmed
/// is published again in its first order, which a consumer sees as duplicates, never as a change of order.
package struct PublishWindow: Sendable {
    /// Names a message within its window; rises with every message.
    package typealias Number = Int

    /// What is to be done next.
    package enum Step: Sendable, Hashable {
        /// Publish this message; the channel will call it `tag`.
        case publish(tag: UInt64, OutgoingMessage)
        /// This message was over before it could be published.
        case expired(Number)
    }

    /// A route whose messages the broker refused lately.
    struct Lane: Sendable {
        var backoff = Backoff()
        var resumes: ContinuousClock.Instant
        /// What waits, in order.
        var waiting: [Number] = []
        /// The message sent to see whether the route works again.
        var probe: Number?
    }

    struct Entry: Sendable {
        var message: OutgoingMessage
        var wasReturned = false
        /// When it was last published.
        var published: ContinuousClock.Instant?
    }

    /// The most messages, and the most bytes of bodies, that may be unconfirmed before `hasRoom` is false.
    package let limit: Int
    package let byteLimit: Int
    /// Whether the broker asked for a pause.
    package var isBlocked = false
    /// How many bytes of bodies are unconfirmed.
    package private(set) var bytes = 0
    var entries: [Number: Entry] = [:]
    var ready = NumberQueue()
    var lanes: [Route: Lane] = [:]
    private var inFlight: [UInt64: Number] = [:]
    private var lowestTag: UInt64 = 1
    private var nextTag: UInt64 = 1
    private var nextNumber = 0
    private var generator: SeededGenerator

    /// An empty window; `seed` decides the backoffs.
    package init(limit: Int = 1000, byteLimit: Int = 16 << 20, seed: UInt64) {
        self.limit = limit
        self.byteLimit = byteLimit
        generator = SeededGenerator(seed: seed)
    }

    /// How many messages are not confirmed.
    package var count: Int { entries.count }
    /// Whether another batch may come. One that comes is taken whole.
    package var hasRoom: Bool { entries.count < limit && bytes < byteLimit }
    /// The routes that are held back.
    package var refusedRoutes: [Route] { Array(lanes.keys) }

    /// Takes a message. Gives its number, and that of an older one that it makes worthless, if any.
    package mutating func append(_ message: OutgoingMessage) -> (number: Number, replaced: Number?) {
        let number = nextNumber
        nextNumber += 1
        bytes += message.body.count
        entries[number] = Entry(message: message)
        guard !lanes.isEmpty, lanes[message.route] != nil else {
            ready.append(number)
            return (number, nil)
        }
        // Heartbeats to a route that takes nothing must not fill the window.
        var replaced: Number?
        if message.isReplaceable, let last = lanes[message.route]?.waiting.last,
            entries[last]?.message.isReplaceable == true
        {
            lanes[message.route]?.waiting.removeLast()
            replaced = last
            remove(last)
        }
        lanes[message.route]?.waiting.append(number)
        return (number, replaced)
    }

    /// What to do now; `nil` when there is nothing, or not yet (see `resumes`).
    package mutating func next(now: ContinuousClock.Instant, wallClock: Timestamp) -> Step? {
        guard !isBlocked, let number = dueProbe(now: now) ?? ready.popFirst(), let entry = entries[number] else {
            return nil
        }
        if let expires = entry.message.expires, expires <= wallClock {
            leave(lane: entry.message.route, probe: number)
            remove(number)
            return .expired(number)
        }
        let tag = nextTag
        nextTag += 1
        inFlight[tag] = number
        entries[number]?.published = now
        return .publish(tag: tag, entry.message)
    }

    /// Since when the broker has owed the oldest confirmation that it owes; `nil` if it owes none.
    var owedSince: ContinuousClock.Instant? { inFlight.values.lazy.compactMap { entries[$0]?.published }.min() }

    /// When a route that is held back is to be tried again.
    package var resumes: ContinuousClock.Instant? {
        isBlocked ? nil : lanes.values.filter { $0.probe == nil && !$0.waiting.isEmpty }.map(\.resumes).min()
    }

    /// The broker has these messages. Gives the numbers that are done with.
    package mutating func confirm(
        tag: UInt64, multiple: Bool, now: ContinuousClock.Instant
    ) -> [Number] {
        var done: [Number] = []
        for number in take(tag: tag, multiple: multiple) {
            guard let entry = entries[number] else { continue }
            // The confirmation of a returned message only says that the broker is done with it.
            if entry.wasReturned {
                hold(number, now: now)
                continue
            }
            leave(lane: entry.message.route, probe: number)
            remove(number)
            done.append(number)
        }
        return done
    }

    /// The broker could not take these messages. Gives the routes that are held back from now on.
    package mutating func refuse(tag: UInt64, multiple: Bool, now: ContinuousClock.Instant) -> [Route] {
        var routes: [Route] = []
        for number in take(tag: tag, multiple: multiple) {
            guard let route = entries[number]?.message.route else { continue }
            if lanes[route] == nil { routes.append(route) }
            hold(number, now: now)
        }
        return routes
    }

    /// No queue took the message with this id; its confirmation will follow.
    package mutating func returned(messageID: String, route: Route) {
        let number = inFlight.values.filter {
            guard let entry = entries[$0] else { return false }
            return !entry.wasReturned && entry.message.messageID == messageID && entry.message.route == route
        }.min()
        if let number { entries[number]?.wasReturned = true }
    }

    /// The connection is gone: nothing under way will be confirmed any more.
    package mutating func disconnected() {
        var again: [Number] = []
        for number in inFlight.values.sorted() {
            guard let route = entries[number]?.message.route else { continue }
            entries[number]?.wasReturned = false
            if lanes[route] == nil { again.append(number) } else { wait(number, route: route) }
        }
        for route in lanes.keys { lanes[route]?.probe = nil }
        ready.insert(again)
        inFlight = [:]
        lowestTag = 1
        nextTag = 1
        isBlocked = false
    }
}

// Routes that are held back.
extension PublishWindow {
    private mutating func dueProbe(now: ContinuousClock.Instant) -> Number? {
        guard !lanes.isEmpty else { return nil }
        let due = lanes.filter { $0.value.probe == nil && $0.value.resumes <= now && !$0.value.waiting.isEmpty }
        // The oldest message first, so that a replay makes the same choice.
        guard let (route, lane) = due.min(by: { $0.value.waiting[0] < $1.value.waiting[0] }) else { return nil }
        let number = lane.waiting[0]
        lanes[route]?.waiting.removeFirst()
        lanes[route]?.probe = number
        return number
    }

    /// Holds `number` back with everything of its route that was not published yet.
    private mutating func hold(_ number: Number, now: ContinuousClock.Instant) {
        guard let route = entries[number]?.message.route else { return }
        entries[number]?.wasReturned = false
        if var lane = lanes[route] {
            if lane.probe == number {
                lane.probe = nil
                lane.resumes = now + lane.backoff.next(using: &generator)
            }
            lanes[route] = lane
        } else {
            var lane = Lane(resumes: now)
            lane.resumes = now + lane.backoff.next(using: &generator)
            lane.waiting = ready.remove { entries[$0]?.message.route == route }
            lanes[route] = lane
        }
        wait(number, route: route)
    }

    private mutating func wait(_ number: Number, route: Route) {
        guard var waiting = lanes[route]?.waiting else { return }
        waiting.insert(number, at: waiting.firstIndex { $0 > number } ?? waiting.endIndex)
        lanes[route]?.waiting = waiting
    }

    /// If `probe` is what a lane waits for, the lane is open again.
    private mutating func leave(lane route: Route, probe: Number) {
        guard !lanes.isEmpty, let lane = lanes[route], lane.probe == probe else { return }
        lanes[route] = nil
        ready.insert(lane.waiting)
    }

    private mutating func take(tag: UInt64, multiple: Bool) -> [Number] {
        guard multiple else { return inFlight.removeValue(forKey: tag).map { [$0] } ?? [] }
        // RabbitMQ sends tag 0 for "all"; it never does for confirms, but the specification allows it.
        let last = tag == 0 ? nextTag - 1 : min(tag, nextTag - 1)
        guard lowestTag <= last else { return [] }
        defer { lowestTag = last + 1 }
        return (lowestTag...last).compactMap { inFlight.removeValue(forKey: $0) }
    }

    private mutating func remove(_ number: Number) {
        guard let entry = entries.removeValue(forKey: number) else { return }
        bytes -= entry.message.body.count
    }
}
