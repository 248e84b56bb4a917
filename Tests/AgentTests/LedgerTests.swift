import Agent
import ExhaustCore
import ExhaustRuntime
import Glibc
import Testing

@Suite("Ledger") struct LedgerTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    private func open() async throws -> Ledger { try await bench.ledger() }

    /// A ledger of `tasks` finished tasks, closed again.
    private func fill(_ tasks: Int, published: Bool = true) async throws {
        let ledger = try await open()
        for number in 0..<tasks {
            let task = bench.task("T\(number)")
            let result = TaskResult(
                task: task.task, run: task.run, action: task.action, host: task.host, status: .succeeded,
                finished: bench.clock.now)
            try ledger.append(LedgerRecord(.accepted, at: bench.clock.now, task: task.task, statement: task))
            try ledger.append(LedgerRecord(.started, at: bench.clock.now, task: task.task))
            try ledger.append(LedgerRecord(.finished, at: bench.clock.now, task: task.task, result: result))
            if published { try ledger.append(LedgerRecord(.published, at: bench.clock.now, task: task.task)) }
        }
    }

    /// The floor is what the tasks showed, and rises while the test runs.
    private func expectFloor(of state: LedgerState) throws {
        let floor = try #require(state.clockFloor)
        #expect((bench.clock.now...bench.clock.now + .seconds(60)).contains(floor))
    }

    @Test("What was written is there after a restart")
    func roundTrip() async throws {
        try await fill(3)
        let state = try await open().snapshot
        #expect(state.count == 3)
        #expect(state["T1"]?.statement == bench.task("T1"))
        #expect(state["T1"]?.result?.status == .succeeded)
        #expect(state["T1"]?.isPublished == true)
        try expectFloor(of: state)
    }

    @Test("The file is the owner's alone")
    func mode() async throws {
        try await fill(1)
        var status = stat()
        stat(bench.folder.path("ledger"), &status)
        #expect(status.st_mode & 0o777 == 0o600)
    }

    @Test("Cut at any byte, the whole lines before the cut are kept and the rest is gone")
    func tornTail() async throws {
        try await fill(2)
        let bytes = bench.folder.read("ledger")
        for length in stride(from: bytes.count - 1, through: 0, by: -7) {
            try bench.folder.write("ledger", "")
            truncateAndWrite(Array(bytes.prefix(length)))
            let ledger = try await open()
            let whole = bytes.prefix(length).lastIndex(of: 10).map { $0 + 1 } ?? 0
            #expect(ledger.cutBytes == length - whole)
            #expect(bench.folder.read("ledger").count == whole)
        }
    }

    @Test("A damaged last line is cut; after it the ledger goes on")
    func damagedTail() async throws {
        try await fill(2)
        var bytes = bench.folder.read("ledger")
        bytes[bytes.count - 4] ^= 1
        truncateAndWrite(bytes)
        do {
            let ledger = try await open()
            #expect(ledger.cutBytes > 0)
            #expect(ledger.snapshot["T1"]?.isPublished == false)
            try ledger.append(LedgerRecord(.published, at: bench.clock.now, task: "T1"))
        }
        #expect(try await open().snapshot["T1"]?.isPublished == true)
    }

    @Test("Damage before whole lines is an error that says where: the agent must not forget what it ran")
    func damagedMiddle() async throws {
        try await fill(2)
        var bytes = bench.folder.read("ledger")
        let second = try #require(bytes.firstIndex(of: 10)) + 40
        bytes[second] ^= 1
        truncateAndWrite(bytes)
        let error = await #expect(throws: ExhaustError.self) { try await open() }
        #expect(error?.description.contains("ledger:2: the ledger is damaged") == true, "\(error?.description ?? "")")
    }

    @Test("20,000 random damages never crash the reader nor invent a task")
    func fuzz() async throws {
        try await fill(2)
        let bytes = bench.folder.read("ledger")
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<20_000 {
            let line = bytes.split(separator: 10).randomElement(using: &generator).map(Array.init) ?? []
            var changed = line
            for _ in 0..<Int.random(in: 1...4, using: &generator) where !changed.isEmpty {
                let index = Int.random(in: changed.indices, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: changed[index] = UInt8.random(in: 0...255, using: &generator)
                case 1: changed.remove(at: index)
                default: changed.insert(UInt8.random(in: 0...255, using: &generator), at: index)
                }
            }
            if changed != line { #expect(LedgerLine.decode(changed) == nil) }
        }
    }

    @Test("A second agent does not get the ledger")
    func lock() async throws {
        let first = try await open()
        let error = await #expect(throws: ExhaustError.self) { try await open() }
        #expect(error?.description.contains("another agent has the ledger") == true)
        #expect(first.snapshot.count == 0)
    }

    @Test("Records that contradict what came before are refused and not written")
    func contradictions() async throws {
        try await fill(1)
        let ledger = try await open()
        let size = bench.folder.read("ledger").count
        let task = bench.task("T0")
        for record in [
            LedgerRecord(.accepted, at: bench.clock.now, task: "T0", statement: task),
            LedgerRecord(.accepted, at: bench.clock.now, task: "T9", statement: task),
            LedgerRecord(.started, at: bench.clock.now, task: "T9"),
            LedgerRecord(.finished, at: bench.clock.now, task: "T0"),
            LedgerRecord(.published, at: bench.clock.now),
        ] {
            #expect(throws: ExhaustError.self) { try ledger.append(record) }
        }
        #expect(bench.folder.read("ledger").count == size)
    }

    @Test("Compaction forgets what is done and a day past, keeps the rest, the order and the clock's floor")
    func compaction() async throws {
        try await fill(20)
        bench.clock.advance(.seconds(2 * 86_400))
        do {
            let ledger = try await open()
            let open = bench.task("open")
            try ledger.append(LedgerRecord(.accepted, at: bench.clock.now, task: "open", statement: open))
            #expect(try ledger.compact(above: 1 << 20) == 0)
            #expect(try ledger.compact(above: 0) == 20)
            try ledger.append(LedgerRecord(.started, at: bench.clock.now, task: "open"))
        }
        let state = try await open().snapshot
        #expect(state.count == 1)
        #expect(state["open"]?.started == bench.clock.now)
        try expectFloor(of: state)
        #expect(bench.folder.read("ledger").split(separator: 10).count == 3)
        #expect(!bench.folder.has("ledger.new"))
    }

    @Test("Results that nobody confirmed survive compaction")
    func unpublished() async throws {
        try await fill(2, published: false)
        bench.clock.advance(.seconds(2 * 86_400))
        let ledger = try await open()
        #expect(try ledger.compact(above: 0) == 0)
        #expect(ledger.snapshot.all.map(\.statement.task) == ["T0", "T1"])
        #expect(ledger.snapshot["T0"]?.result != nil)
    }

    @Test("A full disk: nothing is written, nothing changes, and the ledger stays whole")
    func fullDisk() async throws {
        guard access("/dev/full", F_OK) == 0, getuid() == 0, let mount = TemporaryMount(size: "16k") else {
            print("skipped: a full disk needs root and tmpfs")
            return
        }
        defer { mount.remove() }
        let path = mount.path + "/ledger"
        let bench = bench
        let written = try await withThread(named: "test") {
            let ledger = try Ledger(path: path)
            var count = 0
            do {
                while count < 1000 {
                    let task = bench.task("T\(count)")
                    try ledger.append(LedgerRecord(.accepted, at: bench.clock.now, task: task.task, statement: task))
                    count += 1
                }
            } catch {
                #expect("\(error)".contains("No space left"))
            }
            #expect(ledger.snapshot.count == count)
            return count
        }
        #expect((1..<1000).contains(written))
        let again = try await withThread(named: "test") { try Ledger(path: path) }
        #expect(again.snapshot.count == written)
        #expect(again.cutBytes == 0)
    }

    private func truncateAndWrite(_ bytes: [UInt8]) {
        let descriptor = Glibc.open(bench.folder.path("ledger"), O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        _ = write(descriptor, bytes, bytes.count)
        close(descriptor)
    }
}
