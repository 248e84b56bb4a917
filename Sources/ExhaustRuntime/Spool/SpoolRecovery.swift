import ExhaustCore
import Glibc

/// What an earlier process left in a spool.
package struct SpoolRemains {
    /// From where on there are batches to be sent.
    var start = LogPosition(segment: 0, offset: 0)
    /// The weight of what is to be sent, by segment.
    var unsent: [UInt64: UInt64] = [:]
    /// How many batches that is.
    package var batches = 0
    /// What was found to be damaged and was not known before.
    package var damaged: UInt64 = 0
    /// Files and offsets of damage, for the log.
    package var damage: [String] = []
}

/// Goes through the segments of a spool that is opened, and leaves it readable.
struct SpoolRecovery {
    /// Bytes to be written into a segment, so that damage that is counted once is known from then on.
    private struct Mark {
        let path: String
        let offset: Int
        var bytes: [UInt8]
    }

    private let log: SegmentLog
    private var remains = SpoolRemains()
    private var marks: [Mark] = []
    private var kept = 0

    /// Reads all segments of `log`, removes those that are confirmed, cuts torn tails off and puts damage aside.
    /// `remember` saves what was damaged before the damage is marked as known.
    static func run(_ log: SegmentLog, remember: (UInt64) -> Void) throws(SpoolFailure) -> SpoolRemains {
        var recovery = SpoolRecovery(log: log)
        try recovery.run(remember)
        return recovery.remains
    }

    private init(log: SegmentLog) { self.log = log }

    private mutating func run(_ remember: (UInt64) -> Void) throws(SpoolFailure) {
        let state = log.stateFile.state
        log.begin(after: state)
        let names = try SpoolFiles.names(in: log.folder)
        kept = names.filter { $0.hasSuffix(".corrupt") }.reduce(0) { $0 + SpoolFiles.size(of: "\(log.folder)/\($1)") }
        remains.start = state.confirmed
        for number in names.compactMap(SegmentHeader.number(ofName:)).sorted() {
            if number < state.confirmed.segment || number == state.doomed {
                unlink(log.path(of: number))
                continue
            }
            adopt(number, from: number == state.confirmed.segment ? state.confirmed.offset : 0)
        }
        guard !marks.isEmpty else { return }
        remember(remains.damaged)
        for mark in marks {
            let descriptor = open(mark.path, O_WRONLY | O_CLOEXEC)
            guard descriptor >= 0 else { continue }
            defer { close(descriptor) }
            // Without the mark the damage is found, and counted, once more at the next start.
            try? SpoolFiles.write(descriptor, mark.bytes, at: mark.offset, path: mark.path)
        }
    }

    /// Takes one segment over.
    private mutating func adopt(_ number: UInt64, from start: Int) {
        let path = log.path(of: number)
        let bytes: [UInt8]
        do { bytes = try SpoolFiles.read(path) } catch {
            putAside(path, reason: "\(error.error)")
            return
        }
        let header = SegmentHeader(bytes)
        if let header { countJump(to: header.total, at: number) }
        var scan = SegmentScan(bytes, expected: header?.total)
        var first = header?.total
        var weight: UInt64 = 0
        var size = min(bytes.count, SegmentHeader.size)
        while let found = scan.next() {
            let isOpen = found.range.upperBound > start
            size = found.range.upperBound
            switch found.item {
            case .batch(let batch, let total):
                if first == nil { first = total }
                guard isOpen else { break }
                weight += batch.weight
                remains.batches += 1
            case .damaged(let lost):
                if isOpen { remains.damaged += lost ?? 0 }
                remains.damage.append("\(path):\(found.range.lowerBound)")
                keep(Array(bytes[found.range]), of: path, at: found.range.lowerBound)
                if found.range.count >= SpoolRecord.headerSize {
                    let mark = SpoolRecord.skip(size: found.range.count, total: scan.total ?? 0)
                    marks.append(Mark(path: path, offset: found.range.lowerBound, bytes: mark))
                }
            case .torn:
                size = found.range.lowerBound
                truncate(path, off_t(size))
            case .skipped: break
            }
        }
        let total = first ?? log.segments.last?.endTotal ?? 0
        if header == nil, size >= SegmentHeader.size {
            remains.damage.append("\(path):0")
            marks.append(Mark(path: path, offset: 0, bytes: SegmentHeader(number: number, total: total).bytes))
        }
        log.adopt(SegmentLog.Segment(number: number, size: size, total: total, endTotal: scan.total ?? total))
        if weight > 0 { remains.unsent[number] = weight }
    }

    /// Counts what the segment before must have had at its end, where nothing could be read.
    private mutating func countJump(to total: UInt64, at number: UInt64) {
        guard let before = log.segments.last, before.number + 1 == number, total > before.endTotal else { return }
        let path = log.path(of: before.number)
        remains.damaged += total - before.endTotal
        if let last = marks.last, last.path == path, last.offset > 0, tail(of: last) == before.size {
            marks[marks.count - 1].bytes = SpoolRecord.skip(size: before.size - last.offset, total: total)
        } else {
            remains.damage.append("\(path):\(before.size)")
            let mark = SpoolRecord.skip(size: SpoolRecord.headerSize, total: total)
            marks.append(Mark(path: path, offset: before.size, bytes: mark))
        }
    }

    /// Where the stretch ends that `mark` makes known.
    private func tail(of mark: Mark) -> Int {
        mark.bytes.withUnsafeBytes { SpoolRecord.Header($0) }.map { mark.offset + $0.size } ?? 0
    }

    private mutating func putAside(_ path: String, reason: String) {
        remains.damage.append("\(path): \(reason)")
        rename(path, path + ".corrupt")
    }

    /// Keeps a damaged stretch for whoever wants to look at it, as long as such files are few.
    private mutating func keep(_ stretch: [UInt8], of path: String, at offset: Int) {
        guard kept + stretch.count <= log.limit / 8 else { return }
        kept += stretch.count
        let descriptor = open("\(path).\(offset).corrupt", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        do { try SpoolFiles.write(descriptor, stretch, at: 0, path: path) } catch {
            unlink("\(path).\(offset).corrupt")  // no room: the spool itself comes first
        }
    }
}
