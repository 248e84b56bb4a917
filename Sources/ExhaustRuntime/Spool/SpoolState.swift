import CLinux
package import ExhaustCore
import Glibc

/// What the spool remembers beside its segments: up to where everything is confirmed, and what was lost and not yet
/// told.
package struct SpoolState: Sendable, Hashable {
    /// Records that are lost.
    package struct Loss: Sendable, Hashable {
        package var count: UInt64
        /// When the first of them was lost, in seconds since the epoch.
        package var since: Int64
    }

    /// Everything before it is confirmed.
    package var confirmed = LogPosition(segment: 0, offset: 0)
    /// Dropped to make room, and not in a gap event yet.
    package var dropped: Loss?
    /// Damaged on disk, and not in a gap event yet.
    package var damaged: Loss?
    /// The gap event that is on its way. It stays here until it is confirmed, so that it goes out again after a crash,
    /// under the same id.
    package var gap: EventBatch?

    /// A segment whose events are among those dropped, and which may not be deleted yet.
    package var doomed: UInt64 = 0

    package init() {}

    /// Whether there is a loss of which no gap event tells yet.
    var hasNews: Bool { dropped != nil || damaged != nil }

    /// Notes records that were damaged on disk.
    mutating func add(damaged count: UInt64, since: Int64) {
        damaged = Loss.sum(damaged, Loss(count: count, since: since))
    }

    /// Takes over what an earlier process has not told.
    mutating func inherit(_ earlier: SpoolState) {
        dropped = Loss.sum(earlier.dropped, dropped)
        damaged = Loss.sum(earlier.damaged, damaged)
        gap = gap ?? earlier.gap
    }
}

extension SpoolState.Loss {
    fileprivate static func sum(_ one: Self?, _ other: Self?) -> Self? {
        guard let one, let other else { return one ?? other }
        return Self(count: one.count + other.count, since: min(one.since, other.since))
    }
}

/// The file of a `SpoolState`: two slots of 4096 bytes, written in turn and in place, so that a torn write leaves the
/// other one, and a full disk has room for both.
struct SpoolStateFile {
    static let name = "state"
    private static let slotSize = 4096
    private static let mark: UInt64 = 0x3145_5441_5453_5845

    private let descriptor: Int32
    private let path: String
    private var generation: UInt64 = 0
    private var saved: SpoolState?

    /// Opens the file, which is made if need be, and reads the newer of its sound slots.
    init(folder: String) throws(SpoolFailure) {
        path = "\(folder)/\(Self.name)"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SpoolFailure(errno: errno, "cannot open the state", at: path) }
        do {
            let bytes = try SpoolFiles.read(descriptor, at: 0, count: 2 * Self.slotSize, path: path)
            if bytes.count < 2 * Self.slotSize {
                let room = [UInt8](repeating: 0, count: 2 * Self.slotSize - bytes.count)
                try SpoolFiles.write(descriptor, room, at: bytes.count, path: path)
            }
            for slot in Self.slots(bytes) where slot.generation > generation {
                generation = slot.generation
                saved = slot.state
            }
        } catch {
            Glibc.close(descriptor)
            throw error
        }
    }

    func close() { Glibc.close(descriptor) }

    /// What was saved last.
    var state: SpoolState { saved ?? SpoolState() }

    /// Writes `state` over the older slot, if it is another one than the newer slot has.
    mutating func save(_ state: SpoolState, sync: Bool) throws(SpoolFailure) {
        guard state != saved else { return }
        let next = generation + 1
        var slot = Self.bytes(state, generation: next)
        guard slot.count <= Self.slotSize else {
            throw SpoolFailure(errno: EMSGSIZE, "the state does not fit its slot", at: path)
        }
        slot += [UInt8](repeating: 0, count: Self.slotSize - slot.count)
        try SpoolFiles.write(descriptor, slot, at: Int(next % 2) * Self.slotSize, path: path)
        if sync { try SpoolFiles.sync(descriptor, path: path) }
        generation = next
        saved = state
    }

    /// What the file in `folder` holds, for those who only look; `nil` if it holds nothing sound.
    static func look(folder: String) -> SpoolState? {
        guard let bytes = try? SpoolFiles.read("\(folder)/\(name)") else { return nil }  // as good as none
        return slots(bytes).max { $0.generation < $1.generation }?.state
    }

    private static func slots(_ bytes: [UInt8]) -> [(generation: UInt64, state: SpoolState)] {
        [0, slotSize].filter { $0 + slotSize <= bytes.count }.compactMap { read(Array(bytes[$0..<($0 + slotSize)])) }
    }

    private static func bytes(_ state: SpoolState, generation: UInt64) -> [UInt8] {
        let gap = state.gap.map { SpoolRecord.encode($0, total: 0) } ?? []
        var writer = ByteWriter()
        writer.number(mark)
        writer.number(generation)
        writer.number(state.confirmed.segment)
        writer.number(UInt64(state.confirmed.offset))
        for loss in [state.dropped, state.damaged] {
            writer.number(loss?.count ?? 0)
            writer.number(loss?.since ?? 0)
        }
        writer.number(state.doomed)
        writer.number(UInt32(gap.count))
        let bytes = writer.bytes + gap
        var sum = ByteWriter()
        sum.number(SpoolRecord.checksum(bytes))
        return bytes + sum.bytes
    }

    private static func read(_ slot: [UInt8]) -> (generation: UInt64, state: SpoolState)? {
        slot.withUnsafeBytes { bytes in
            var reader = ByteReader(bytes)
            var state = SpoolState()
            guard reader.number(UInt64.self) == mark, let generation = reader.number(UInt64.self),
                let segment = reader.number(UInt64.self), let offset = reader.number(UInt64.self),
                let dropped = loss(&reader), let damaged = loss(&reader),
                let doomed = reader.number(UInt64.self), let size = reader.number(UInt32.self),
                size < slotSize
            else { return nil }
            let start = 76
            let end = start + Int(size)
            guard end + 4 <= bytes.count,
                bytes.loadUnaligned(fromByteOffset: end, as: UInt32.self).littleEndian
                    == exhaust_crc32c(0, bytes.baseAddress, end)
            else { return nil }
            state.confirmed = LogPosition(segment: segment, offset: Int(clamping: offset))
            state.doomed = doomed
            state.dropped = dropped.count > 0 ? dropped : nil
            state.damaged = damaged.count > 0 ? damaged : nil
            if size > 0, case .batch(let batch, _, _) = SpoolRecord.read(UnsafeRawBufferPointer(rebasing: bytes[start..<end])) {
                state.gap = batch
            }
            return (generation, state)
        }
    }

    private static func loss(_ reader: inout ByteReader) -> SpoolState.Loss? {
        guard let count = reader.number(UInt64.self), let since = reader.number(Int64.self) else { return nil }
        return SpoolState.Loss(count: count, since: since)
    }
}
