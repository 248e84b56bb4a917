import ExhaustCore

/// Who is there: a listing of /proc, or what is sure to be the same for less.
///
/// With thousands of processes, listing them all is most of what a sample costs, since each is somewhere else in the
/// kernel's memory. The kernel tells who of those that are known has ended, and which number it gave last; so the
/// listing begins behind the one that was last before. All are listed when numbers began anew, each minute to be
/// sure, and where one of these helps is missing.
final class ProcessCensus {
    /// Who may be there, in ascending order, and who of them has ended, be it that the parent has not asked yet how.
    typealias Count = (processes: [ProcessTable.Listed], ended: Set<UInt32>)

    private let folder: ProcessFolder
    private let load: ByteFile
    private var watch: ProcessWatch?
    private var lastPID: UInt32?
    private var age = 0.0
    /// Seconds after which all are listed again.
    private static let limit = 60.0

    /// A census of `folder`; `isOwn` says that numbers there are those that this process has for others.
    init(_ folder: ProcessFolder, isOwn: Bool) {
        self.folder = folder
        load = ByteFile("\(folder.path)/loadavg")
        watch = isOwn ? ProcessWatch() : nil
    }

    /// Counts, `elapsed` seconds after the count before, which found `known`.
    func take(_ known: [ProcessTable.Listed], elapsed: Double) throws -> Count {
        age += elapsed
        // Before the listing, so that whoever comes later is listed next time.
        let last = lastNumber()
        let ended = watch?.ended()
        let processes = try count(known, last, isExact: ended != nil)
        lastPID = last
        return (processes, ended ?? [])
    }

    private func count(
        _ known: [ProcessTable.Listed], _ last: UInt32?, isExact: Bool
    ) throws -> [ProcessTable.Listed] {
        guard isExact, let watch, age < Self.limit, folder.canSeek, let last, let lastPID, last >= lastPID else {
            return try listAll()
        }
        guard last > lastPID else { return known }
        let new = try folder.processes(after: lastPID, to: last)
        for process in new where !watch.add(process.pid) {
            self.watch = nil
            return try listAll()
        }
        return known.prefix { $0.pid <= lastPID } + new + known.drop { $0.pid <= last }
    }

    /// Those are known to be gone.
    func forget(_ pids: some Sequence<UInt32>) {
        for pid in pids { watch?.remove(pid) }
    }

    private func listAll() throws -> [ProcessTable.Listed] {
        age = 0
        let all = try folder.processes()
        guard let watch else { return all }
        watch.keep(Set(all.map(\.pid)))
        if !all.allSatisfy({ watch.add($0.pid) }) { self.watch = nil }
        return all
    }

    /// The number that was given last, the last word of /proc/loadavg.
    private func lastNumber() -> UInt32? {
        guard watch != nil, var text = try? load.read() else { return nil }
        text.skipWords(4)
        return text.number().flatMap(UInt32.init(exactly:))
    }
}
