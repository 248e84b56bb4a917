package import ExhaustCore

/// A spool's folder as people look at it. Only `repair` needs the emitter to be stopped, and changes anything.
package struct SpoolInspection {
    /// A stretch that is no record.
    package struct Damage: Sendable, CustomStringConvertible {
        let path: String
        let offset: Int
        let reason: String
        package var description: String { "\(path):\(offset): \(reason)" }
    }

    /// What a spool holds.
    package struct Summary: Sendable {
        package var segments = 0
        package var bytes = 0
        package var batches = 0
        package var events = 0
        package var since: Timestamp?
        /// Lost records of which no gap event was confirmed yet.
        package var untold: UInt64 = 0
        package var damage: [Damage] = []
        /// Files with a record that was not written to its end, which is no damage: it was never accepted.
        package var torn: [String] = []
    }

    private let folder: String
    private let state: SpoolState

    /// A look at `folder`. Throws `noInput` if that is no spool.
    package init(folder: String) throws {
        self.folder = folder
        do {
            let names = try SpoolFiles.names(in: folder)
            guard names.contains(SpoolStateFile.name) || names.contains(where: { SegmentHeader.number(ofName: $0) != nil })
            else { throw ExhaustError(.noInput, "there is no spool in this folder", at: folder) }
        } catch let failure as SpoolFailure {
            throw ExhaustError(.noInput, failure.error.message, at: folder)
        }
        state = SpoolStateFile.look(folder: folder) ?? SpoolState()
    }

    /// Goes through all of it; `visit` gets each batch that is not known to be confirmed.
    package func read(_ visit: (EventBatch) throws -> Void = { _ in }) throws -> Summary {
        var summary = Summary()
        summary.untold =
            (state.dropped?.count ?? 0) + (state.damaged?.count ?? 0) + (state.gap?.weight ?? 0)
        var before: (path: String, number: UInt64, size: Int, total: UInt64)?
        for number in try numbers() {
            let path = "\(folder)/\(SegmentHeader.name(of: number))"
            // An emitter at work may have deleted it meanwhile.
            guard let bytes = try? SpoolFiles.read(path) else { continue }
            let header = SegmentHeader(bytes)
            if let header, let before, before.number + 1 == number, header.total > before.total {
                summary.damage.append(
                    Damage(path: before.path, offset: before.size, reason: "records are missing at the end"))
            }
            let total = try scan(path, number, bytes, into: &summary, visit)
            before = (path, number, bytes.count, total ?? header?.total ?? 0)
        }
        return summary
    }

    /// Makes a stopped emitter's spool readable as its next start would: damage is kept in files that end in
    /// `.corrupt`, and counted for the gap event. Gives the places, and how many records are lost.
    package func repair() throws -> (places: [String], lost: UInt64) {
        do {
            let log = try SegmentLog(folder: folder, limit: SpoolConfiguration().maxBytes)
            let remains = try SpoolRecovery.run(log) { damaged in
                var state = log.stateFile.state
                state.add(damaged: damaged, since: Timestamp.now().seconds)
                // Without it the next start counts the damage once more.
                try? log.stateFile.save(state, sync: true)
            }
            return (remains.damage, remains.damaged)
        } catch let failure as SpoolFailure {
            throw failure.error
        }
    }

    private func numbers() throws -> [UInt64] {
        do { return try SpoolFiles.names(in: folder).compactMap(SegmentHeader.number(ofName:)).sorted() } catch {
            throw error.error
        }
    }

    private func scan(
        _ path: String, _ number: UInt64, _ bytes: [UInt8], into summary: inout Summary,
        _ visit: (EventBatch) throws -> Void
    ) throws -> UInt64? {
        summary.segments += 1
        summary.bytes += bytes.count
        if SegmentHeader(bytes) == nil {
            summary.damage.append(Damage(path: path, offset: 0, reason: "the segment's header is damaged"))
        }
        var scan = SegmentScan(bytes)
        while let found = scan.next() {
            let end = LogPosition(segment: number, offset: found.range.upperBound)
            switch found.item {
            case .batch(let batch, _) where end > state.confirmed && number != state.doomed:
                summary.batches += 1
                summary.events += batch.count
                if summary.since == nil { summary.since = Timestamp(seconds: batch.seconds) }
                try visit(batch)
            case .damaged(let weight):
                let lost = weight.map { " with \($0) records" } ?? ""
                summary.damage.append(
                    Damage(
                        path: path, offset: found.range.lowerBound,
                        reason: "\(found.range.count) bytes\(lost) cannot be read"))
            case .torn: summary.torn.append(path)
            case .batch, .skipped: break
            }
        }
        return scan.total
    }
}
