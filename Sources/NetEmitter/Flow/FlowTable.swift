import CLinux
package import ExhaustCore

/// Flows out of packets: a table of bounded size that tells of each flow when it has ended, and now and then before.
///
/// All times are those of packets, so that a file gives the same records each time. A table is of one thread; where
/// several capture, each has one of its own.
package struct FlowTable {
    package typealias Report = (FlowRecord) -> Void

    private let capacity: Int
    private let timeouts: [Int64]
    private let activeTimeout: Int64
    private let seed: UInt64
    private let idStep: Int64
    private var nextID: Int64
    private var flows: [Flow] = []
    private var free: [Int32] = []
    private var index: FlowIndex
    /// By patience, in the order of the last packets.
    private var silence: SlotQueues
    /// In the order of the last records.
    private var told: SlotQueues
    private var fragments = FragmentTable()
    private var clock = FlowClock()
    /// Nothing ends, and nothing is told, before.
    private var deadline = Int64.max
    /// Hears of each flow that begins, while its socket may still be found.
    private let begun: (@Sendable (Flow) -> Void)?
    /// Of the packets that `expect` was told of.
    private var hashes: [UInt32] = []
    /// Flows that ended early, since there were too many.
    package private(set) var crowdedOut: UInt64 = 0
    /// How often packets' time was set back.
    package var clockSteps: Int { clock.steps }
    package var count: Int { flows.count - free.count }

    /// A table. Of several that run beside each other, each has another `firstID` and their number as `idStep`.
    package init(
        limits: FlowLimits = FlowLimits(), firstID: Int64 = 1, idStep: Int64 = 1,
        seed: UInt64 = .random(in: .min ... .max), begun: (@Sendable (Flow) -> Void)? = nil
    ) {
        capacity = max(1, limits.flows)
        timeouts = FlowPatience.allCases.map { $0.timeout(limits) }
        activeTimeout = limits.active.flowTime
        self.seed = seed
        self.idStep = idStep
        nextID = firstID
        // Memory is used when it is written to first: few flows need little.
        flows.reserveCapacity(capacity)
        index = FlowIndex(count: capacity)
        silence = SlotQueues(queues: FlowPatience.allCases.count, slots: capacity)
        told = SlotQueues(queues: 1, slots: capacity)
        self.begun = begun
    }

    /// Has the memory of the flows fetched to which `packets`, which come next, belong: with more flows than the
    /// processor's caches hold, waiting for one after the other would take most of the time.
    package mutating func expect(_ packets: [Packet]) {
        hashes.removeAll(keepingCapacity: true)
        for packet in packets {
            let hash = FlowKey.of(packet).key.hash(seed: seed)
            index.prefetch(hash)
            hashes.append(hash)
        }
        flows.withUnsafeBytes { memory in
            for hash in hashes {
                guard let slot = index.guess(hash), let start = memory.baseAddress else { continue }
                let flow = start + slot * MemoryLayout<Flow>.stride
                for offset in stride(from: 0, to: MemoryLayout<Flow>.size, by: 64) { exhaust_prefetch(flow + offset) }
            }
        }
    }

    /// Counts a packet to its flow, after all that was due before it is told.
    package mutating func take(_ packet: Packet, report: Report) {
        let time = packet.time.flowTime
        advance(to: time, report)
        if packet.isLaterFragment, let known = fragments.find(packet, time: clock.now),
            flows[known.slot].id == known.flow
        {
            return count(packet, known.isForward, known.slot, time)
        }
        let (key, isForward) = FlowKey.of(packet)
        let hash = key.hash(seed: seed)
        var slot = index.find(hash) { flows[$0].key == key }
        if let known = slot, flows[known].isOver(by: packet, isForward: isForward) {
            end(known, .end, at: clock.now, report)
            slot = nil
        }
        let place = slot ?? begin(key, hash, isForward, packet, time, report)
        count(packet, isForward, place, time)
        if packet.isFragment, !packet.isLaterFragment {
            fragments.note(packet, slot: place, flow: flows[place].id, isForward: isForward, time: clock.now)
        }
    }

    /// Tells what is due at `now`, where no packets come to say how late it is.
    package mutating func expire(now: Timestamp, report: Report) { advance(to: now.flowTime, report) }

    /// Ends all flows.
    package mutating func finish(report: Report) {
        while let next = mostSilent() { end(next.slot, next.isSettling ? .end : .forced, at: clock.now, report) }
    }

    @inline(__always)
    private mutating func count(_ packet: Packet, _ isForward: Bool, _ slot: Int, _ time: Int64) {
        flows[slot].take(packet, isForward: isForward, time: time)
        let patience = flows[slot].patience.rawValue
        silence.move(slot, to: patience, time: clock.now)
        deadline = min(deadline, clock.now + timeouts[patience])
    }

    private mutating func begin(
        _ key: FlowKey, _ hash: UInt32, _ isForward: Bool, _ packet: Packet, _ time: Int64, _ report: Report
    ) -> Int {
        if count >= capacity, let next = mostSilent() {
            if !next.isSettling { crowdedOut += 1 }
            end(next.slot, next.isSettling ? .end : .crowded, at: clock.now, report)
        }
        let flow = Flow(key: key, isForward: isForward, id: nextID, packet, time: time)
        nextID += idStep
        let slot: Int
        if let last = free.popLast() {
            slot = Int(last)
            flows[slot] = flow
        } else {
            slot = flows.count
            flows.append(flow)
        }
        index.insert(hash, slot: slot)
        silence.insert(slot, in: FlowPatience.brief.rawValue, time: clock.now)
        told.insert(slot, in: 0, time: clock.now)
        deadline = min(deadline, clock.now + activeTimeout)
        begun?(flow)
        return slot
    }

    private mutating func end(_ slot: Int, _ reason: FlowRecord.Reason, at moment: Int64, _ report: Report) {
        tell(slot, reason, at: moment, report)
        index.remove(flows[slot].key.hash(seed: seed), slot: slot)
        silence.remove(slot)
        told.remove(slot)
        free.append(Int32(slot))
    }

    private mutating func tell(_ slot: Int, _ reason: FlowRecord.Reason, at moment: Int64, _ report: Report) {
        let since = flows[slot].records > 0 ? clock.timestamp(flows[slot].toldAt) : nil
        flows[slot].countRecord(at: moment)
        report(FlowRecord(flow: flows[slot], reason: reason, time: clock.timestamp(moment), since: since))
    }
}

/// What is due.
extension FlowTable {
    @inline(__always)
    private mutating func advance(to time: Int64, _ report: Report) {
        clock.advance(to: time)
        if clock.now >= deadline { tellDue(report) }
    }

    private mutating func tellDue(_ report: Report) {
        while true {
            let silent = nextSilent()
            let active = told.first(in: 0).map { (slot: $0.slot, time: $0.time + activeTimeout) }
            deadline = min(silent?.time ?? .max, active?.time ?? .max)
            guard deadline <= clock.now else { return }
            if let silent, silent.time == deadline {
                end(silent.slot, silent.isSettling ? .end : .idle, at: silent.time, report)
            } else if let active {
                if flows[active.slot].hasNews {
                    tell(active.slot, .active, at: active.time, report)
                    flows[active.slot].startPeriod()
                }
                told.move(active.slot, to: 0, time: clock.now)
            }
        }
    }

    /// The flow that ends next if nothing more comes, and when.
    private func nextSilent() -> (slot: Int, time: Int64, isSettling: Bool)? {
        var next: (slot: Int, time: Int64, isSettling: Bool)?
        for patience in FlowPatience.allCases {
            guard let first = silence.first(in: patience.rawValue) else { continue }
            let time = first.time + timeouts[patience.rawValue]
            if next.map({ time < $0.time }) ?? true { next = (first.slot, time, patience == .settling) }
        }
        return next
    }

    /// The flow that needs its place least: one that is over, or else the one that was silent for longest.
    private func mostSilent() -> (slot: Int, isSettling: Bool)? {
        if let over = silence.first(in: FlowPatience.settling.rawValue) { return (over.slot, true) }
        let (brief, lasting) = (
            silence.first(in: FlowPatience.brief.rawValue), silence.first(in: FlowPatience.lasting.rawValue)
        )
        guard let brief else { return lasting.map { ($0.slot, false) } }
        guard let lasting, lasting.time < brief.time else { return (brief.slot, false) }
        return (lasting.slot, false)
    }
}
