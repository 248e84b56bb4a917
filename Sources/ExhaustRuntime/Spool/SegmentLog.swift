import ExhaustCore
import Glibc

/// A queue of batches on disk: segments of records in a folder that belongs to this process. Its owner decides what is
/// read, removed and counted; it only knows files. One thread uses it.
package final class SegmentLog {
    /// A segment's file.
    struct Segment {
        let number: UInt64
        var size: Int
        /// The weight of all records before its first, and before what follows its last.
        let total: UInt64
        var endTotal: UInt64
    }

    /// What a read gave.
    enum Reading {
        case batch(EventBatch, LogPlace)
        /// Damage of this weight; what is behind it can be read.
        case damaged(weight: UInt64, LogPlace)
        case end
    }

    /// The folder.
    let folder: String
    /// How many bytes all segments may have, and about how many one has.
    let limit: Int
    let segmentSize: Int
    private(set) var segments: [Segment] = []
    private(set) var bytes = 0
    var stateFile: SpoolStateFile
    private let lock: Int32
    private var active: Int32 = -1
    private var reader: (number: UInt64, descriptor: Int32) = (0, -1)
    private var needsSync = false
    private var total: UInt64 = 0
    private var nextNumber: UInt64 = 1

    /// Opens the folder, which is made if need be. Throws a `SpoolFailure`, or an `ExhaustError` if another process has
    /// it.
    init(folder: String, limit: Int) throws {
        self.folder = folder
        self.limit = limit
        try SpoolFiles.makeFolder(folder)
        guard let lock = try SpoolFiles.lock("\(folder)/lock") else {
            throw ExhaustError(
                .unavailable, "the spool is in use by another process", at: folder,
                advice: "each emitter needs a folder of its own: spool.directory")
        }
        self.lock = lock
        do { stateFile = try SpoolStateFile(folder: folder) } catch {
            close(lock)
            throw error
        }
        // An eighth, so that dropping the oldest segment drops little; a small disk counts as a small limit.
        segmentSize = min(8 << 20, max(64 << 10, min(limit, SpoolFiles.room(in: folder)) / 8))
    }

    deinit {
        closeActive()
        if reader.descriptor >= 0 { close(reader.descriptor) }
        stateFile.close()
        close(lock)
    }

    /// How many bytes may be under way: what is under way cannot be dropped, and a source that is faster than the
    /// broker should not fill so much memory that its records get to disk by waiting in line.
    var pinLimit: Int { min(8 << 20, 2 * segmentSize) }

    /// Behind the last record.
    var end: LogPosition {
        segments.last.map { LogPosition(segment: $0.number, offset: $0.size) }
            ?? LogPosition(segment: nextNumber, offset: 0)
    }

    func path(of number: UInt64) -> String { "\(folder)/\(SegmentHeader.name(of: number))" }

    /// Takes over a segment that was found in the folder; they come in order.
    func adopt(_ segment: Segment) {
        segments.append(segment)
        bytes += segment.size
        total = segment.endTotal
        nextNumber = segment.number + 1
    }

    /// Numbers and totals never go back, even after all segments are gone.
    func begin(after state: SpoolState) { nextNumber = max(nextNumber, state.confirmed.segment + 1, state.doomed + 1) }

    /// Writes `batch` behind everything else. After a failure nothing of it is left.
    func append(_ batch: EventBatch) throws(SpoolFailure) -> LogPlace {
        let record = SpoolRecord.encode(batch, total: total)
        guard record.count <= limit / 2 else {
            throw SpoolFailure(errno: EFBIG, "a batch of \(record.count) bytes is too large for the spool", at: folder)
        }
        guard bytes + record.count <= limit else { throw SpoolFailure(limit: limit, at: folder) }
        if active >= 0, let last = segments.last, last.size + record.count > segmentSize { try endSegment() }
        if active < 0 { try beginSegment() }
        let index = segments.count - 1
        let start = segments[index].size
        do { try SpoolFiles.write(active, record, at: start, path: path(of: segments[index].number)) } catch {
            // If even this fails, the rest of the record is a torn tail, and what follows needs another file.
            if ftruncate(active, off_t(start)) != 0 { closeActive() }
            throw error
        }
        needsSync = true
        total += batch.weight
        bytes += record.count
        segments[index].size += record.count
        segments[index].endTotal = total
        let number = segments[index].number
        return LogPlace(
            start: LogPosition(segment: number, offset: start),
            end: LogPosition(segment: number, offset: segments[index].size))
    }

    /// Returns once everything that was appended is on the disk. After a failure nobody knows what is, so that what
    /// follows goes to another file.
    func sync() throws(SpoolFailure) {
        guard needsSync, active >= 0, let last = segments.last else { return }
        do { try SpoolFiles.sync(active, path: path(of: last.number)) } catch {
            closeActive()
            throw error
        }
        needsSync = false
    }

    private func beginSegment() throws(SpoolFailure) {
        let path = path(of: nextNumber)
        let descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SpoolFailure(errno: errno, "cannot make a segment", at: path) }
        do {
            try SpoolFiles.write(
                descriptor, SegmentHeader(number: nextNumber, total: total).bytes, at: 0, path: path)
            try syncFolder()
        } catch {
            close(descriptor)
            unlink(path)
            throw error
        }
        active = descriptor
        adopt(Segment(number: nextNumber, size: SegmentHeader.size, total: total, endTotal: total))
    }

    /// Makes the names of new files last.
    private func syncFolder() throws(SpoolFailure) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SpoolFailure(errno: errno, "cannot open the folder", at: folder) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw SpoolFailure(errno: errno, "cannot sync the folder", at: folder) }
    }

    private func endSegment() throws(SpoolFailure) {
        try sync()
        closeActive()
    }

    /// Ends the segment that is written to; the next record begins another.
    func closeActive() {
        if active >= 0 { close(active) }
        active = -1
        needsSync = false
    }

    /// Deletes a segment.
    func remove(_ number: UInt64) {
        guard let index = segments.firstIndex(where: { $0.number == number }) else { return }
        if index == segments.count - 1 { closeActive() }
        // Were it to stay, it would be read again at the next start: duplicates, no loss.
        unlink(path(of: number))
        bytes -= segments[index].size
        segments.remove(at: index)
    }
}

extension SegmentLog {
    /// Reads the record at `position`, or the first behind it.
    func read(at position: LogPosition) -> Reading {
        guard let segment = segments.first(where: { $0.number >= position.segment }) else { return .end }
        let offset = segment.number == position.segment ? max(position.offset, SegmentHeader.size) : SegmentHeader.size
        guard offset < segment.size else {
            return read(at: LogPosition(segment: segment.number + 1, offset: 0))
        }
        if let (batch, size) = record(in: segment, at: offset) {
            return .batch(batch, place(segment, offset..<(offset + size)))
        }
        return damage(in: segment, at: offset)
    }

    private func record(in segment: Segment, at offset: Int) -> (EventBatch, Int)? {
        let path = path(of: segment.number)
        if reader.number != segment.number || reader.descriptor < 0 {
            if reader.descriptor >= 0 { close(reader.descriptor) }
            reader = (segment.number, open(path, O_RDONLY | O_CLOEXEC))
        }
        do {
            // Most records come with one read.
            var bytes = try SpoolFiles.read(
                reader.descriptor, at: offset, count: min(80 << 10, segment.size - offset), path: path)
            let size = bytes.withUnsafeBytes { SpoolRecord.Header($0)?.size } ?? 0
            if size > bytes.count {
                bytes = try SpoolFiles.read(
                    reader.descriptor, at: offset, count: min(size, segment.size - offset), path: path)
            }
            let content = bytes.withUnsafeBytes { SpoolRecord.read($0) }
            if case .batch(let batch, _, let size) = content { return (batch, size) }
            return nil
        } catch {
            return nil  // a page that cannot be read is damage, which is counted
        }
    }

    /// What is wrong at `offset`: the segment is looked at from its beginning, which tells what has been before.
    private func damage(in segment: Segment, at offset: Int) -> Reading {
        let bytes: [UInt8]
        do { bytes = try SpoolFiles.read(path(of: segment.number)) } catch { bytes = [] }  // all of it is damage
        var scan = SegmentScan(bytes, expected: segment.total)
        while let found = scan.next() {
            guard found.range.upperBound > offset else { continue }
            switch found.item {
            case .skipped: return read(at: LogPosition(segment: segment.number, offset: found.range.upperBound))
            case .damaged(let weight?): return .damaged(weight: weight, place(segment, found.range))
            case .batch(let batch, _): return .batch(batch, place(segment, found.range))
            case .damaged(nil), .torn: break
            }
        }
        let rest = segment.endTotal - min(scan.total ?? segment.total, segment.endTotal)
        return .damaged(weight: rest, place(segment, offset..<segment.size))
    }

    private func place(_ segment: Segment, _ range: Range<Int>) -> LogPlace {
        LogPlace(
            start: LogPosition(segment: segment.number, offset: range.lowerBound),
            end: LogPosition(segment: segment.number, offset: range.upperBound))
    }
}
