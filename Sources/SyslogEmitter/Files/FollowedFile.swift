import ExhaustCore
import ExhaustRuntime

/// One file on its way: what was read, what was handed over, what is confirmed.
final class FollowedFile {
    /// What a look at the file shows.
    enum Look {
        /// There is something to read.
        case more
        case end
        /// It was cut short or written anew; so many bytes are known to be lost that were not read.
        case replaced(lost: UInt64)
    }

    let file: OpenFile
    let rule: FileRule
    let feed: Feed
    private(set) var state: OpenFile.State
    private var splitter: RecordSplitter
    private var head: [UInt8]
    private var fingerprint: Fingerprint
    private var confirmed: (last: UInt64, offset: UInt64)
    /// Numbers of events, and up to where all before the next one is done with once they are confirmed.
    private var marks: [(last: UInt64, offset: UInt64)] = []
    private var cuts: [UInt64]
    /// How many messages were given out and are not handed over yet.
    private var waiting = 0
    /// Where it is now, and whether that is where its rule looks.
    var path: String
    var isMatched = true
    /// The file that had its path before, while that has more to read or to be confirmed.
    var predecessor: FollowedFile?
    private(set) var isAtEnd = false
    private var lastChange = ContinuousClock.now

    /// Goes on at `position` of `file`, or at its start; `limit` is how much of a message is kept.
    init(
        _ file: OpenFile, path: String, rule: FileRule, state: OpenFile.State, offset: UInt64, cuts: [UInt64],
        feed: Feed, limit: Int
    ) throws(ExhaustError) {
        self.file = file
        self.path = path
        self.rule = rule
        self.state = state
        self.feed = feed
        self.cuts = cuts
        splitter = RecordSplitter(rule.grouping, limit: limit, offset: offset)
        confirmed = (feed.taken.last, offset)
        head = try file.head(Int(min(offset, UInt64(Fingerprint.limit))))
        fingerprint = Fingerprint(head)
    }

    /// Whether a message is held that is not known to be whole, and whether its line is not.
    var isHolding: Bool { splitter.isHolding }
    var isInLine: Bool { splitter.isInLine }
    /// How long it has not changed.
    var quiet: Duration { ContinuousClock.now - lastChange }
    /// Whether nobody will look for it any more.
    var hasLeft: Bool { !state.isNamed || !isMatched }
    /// Whether all that was read is confirmed.
    var isConfirmed: Bool { marks.isEmpty && !isHolding }

    /// Whether there is more to read.
    func look() throws(ExhaustError) -> Look {
        let now = try file.state()
        let hasChanged = now.size != state.size || now.changed != state.changed
        if hasChanged { lastChange = .now }
        let lost = state.size - min(state.size, splitter.offset)
        guard now.size >= splitter.offset else { return .replaced(lost: lost) }
        // A file may be cut short and grow past where it was between two looks.
        if hasChanged || now.size > splitter.offset, try file.head(head.count) != head { return .replaced(lost: lost) }
        state = now
        isAtEnd = now.size == splitter.offset
        return isAtEnd ? .end : .more
    }

    /// Reads on and gives the messages that were completed.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(ExhaustError) -> [RecordSplitter.Item] {
        let start = splitter.offset
        let cut = cuts.first { $0 > start }
        let room = min(buffer.count, cut.map { Int(clamping: $0 - start) } ?? buffer.count)
        let count = try file.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<room]), at: start)
        let chunk = UnsafeRawBufferPointer(rebasing: buffer[..<count])
        if start <= UInt64(head.count), head.count < Fingerprint.limit, count > 0 {
            head += chunk.dropFirst(head.count - Int(start)).prefix(Fingerprint.limit - head.count)
            fingerprint = Fingerprint(head)
        }
        var items = splitter.append(chunk)
        if splitter.offset == cut { items += splitter.flush() }
        waiting = items.count
        return items
    }

    /// Decides that nothing more belongs to the message that is held. That must be saved before `flush` gives it out.
    func cut() { cuts.append(splitter.offset) }

    /// The message that was held.
    func flush() -> [RecordSplitter.Item] {
        let items = splitter.flush()
        waiting = items.count
        return items
    }

    /// A message was handed over that ends at `offset`.
    func handedOver(to offset: UInt64) {
        waiting -= 1
        let last = feed.taken.last
        // One mark for a stretch is enough.
        if marks.count > 1, last - marks[marks.count - 2].last < 256 {
            marks[marks.count - 1] = (last, offset)
        } else {
            marks.append((last, offset))
        }
    }

    /// Takes note of what is confirmed; gives whether that moved the position.
    func advance() -> Bool {
        let before = confirmed.offset
        let number = feed.confirmed
        let done = marks.prefix { $0.last <= number }
        if let mark = done.last { confirmed = mark }
        marks.removeFirst(done.count)
        // Blank lines behind the last message have no event.
        if marks.isEmpty, waiting == 0 { confirmed.offset = splitter.givenOut }
        return confirmed.offset != before
    }

    /// The position to go on from after a restart.
    var position: FilePosition {
        FilePosition(
            path: path, rule: rule.path, grouping: rule.grouping.name, identity: state.identity,
            fingerprint: fingerprint, offset: confirmed.offset, size: state.size, changed: state.changed,
            numbering: Numbering(source: feed.taken.source, last: confirmed.last),
            cuts: cuts.filter { $0 > confirmed.offset })
    }
}
