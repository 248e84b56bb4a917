import Testing

@testable import PerfEmitter

@Suite("files of /proc")
struct ParsingTests {
    @Test("CPU times, the number of CPUs and the second of boot come from stat")
    func statistics() throws {
        let statistics = try #require(KernelStatistics(try Fixture.scanner("proc/stat")))
        #expect(statistics.cpu.modes.map(\.ticks) == [1000, 20, 300, 40_000, 50, 6, 7, 8])
        #expect(statistics.cpuCount == 2)
        #expect(statistics.bootSecond == 1_795_000_000)
        #expect(KernelStatistics(ByteScanner("cpu0 1 2 3 4\nbtime 5\n")) == nil)
        #expect(KernelStatistics(ByteScanner("cpu  1 2 3\n")) == nil)
        #expect(KernelStatistics(ByteScanner("cpu  1 2 3 4\n"))?.cpu.steal == 0)
    }

    @Test("shares of CPU time are those of the interval; a counter that goes down stands still")
    func shares() throws {
        var earlier = CPUTimes()
        (earlier.user, earlier.idle, earlier.ioWait) = (100, 1000, 50)
        var later = earlier
        (later.user, later.idle, later.ioWait) = (130, 1010, 40)
        let shares = try #require(later.shares(since: earlier))
        #expect(Dictionary(uniqueKeysWithValues: shares)["user"] == 0.75)
        #expect(Dictionary(uniqueKeysWithValues: shares)["idle"] == 0.25)
        #expect(Dictionary(uniqueKeysWithValues: shares)["iowait"] == 0)
        #expect(earlier.shares(since: earlier) == nil)
    }

    @Test("memory in use, free, cached and in buffers add up to the total")
    func memory() throws {
        let memory = try #require(MemoryInfo(try Fixture.scanner("proc/meminfo")))
        #expect(memory.total == 1 << 30)
        #expect(memory.cached == (131_072 + 65_536) * 1024)
        #expect(memory.used + memory.free + memory.cached + memory.buffers == memory.total)
        #expect(memory.utilization == 0.5)
        #expect(memory.swapUsed == 100 << 20)
        #expect(MemoryInfo(ByteScanner("MemFree: 5 kB\n")) == nil)
    }

    @Test("a kernel without its own estimate of available memory gets ours; nonsense stays within the total")
    func oddMemory() throws {
        let lines = "MemTotal: 100 kB\nMemFree: 20 kB\nBuffers: 5 kB\nCached: 15 kB"
        let old = try #require(MemoryInfo(ByteScanner(lines)))
        #expect(old.available == 40 * 1024)
        let huge = "MemTotal: 100 kB\nMemFree: 99999999999999999999 kB\nCached: 18446744073709551615 kB"
        let mad = try #require(MemoryInfo(ByteScanner(huge)))
        #expect((0...1).contains(mad.utilization))
        #expect(mad.used <= mad.total)
    }

    @Test("load averages are three decimals")
    func load() throws {
        let load = LoadAverage(try Fixture.scanner("proc/loadavg"))
        #expect(load?.oneMinute == 0.21)
        #expect(load?.fiveMinutes == 1.5)
        #expect(load?.fifteenMinutes == 12.03)
        #expect(LoadAverage(ByteScanner("0.1 0.2")) == nil)
    }

    @Test("a process's name may hold parentheses and blanks: it ends at the last one")
    func process() throws {
        let process = try #require(ProcessStatistics(try Fixture.scanner("proc/400/stat")))
        #expect(process.command == "a) R 1 (b")
        #expect(process.status == "running")
        #expect(process.parentPID == 1)
        #expect(process.ticks == 7500)
        #expect(process.threads == 4)
        #expect(process.startTicks == 200_050)
        #expect(process.residentPages == 5000)
        #expect(!process.isKernelThread)
        #expect(ProcessStatistics(try Fixture.scanner("proc/402/stat")) == nil)
    }

    @Test("threads of the kernel are counted by the first part of their name")
    func kernelThread() throws {
        let worker = try #require(ProcessStatistics(try Fixture.scanner("proc/17/stat")))
        #expect(worker.command == "kworker/0:1H-kblockd")
        #expect(worker.countedCommand == "kworker")
        #expect(worker.status == "idle")
    }

    @Test("the real user of a process comes from status")
    func user() throws {
        #expect(ProcessStatus(try Fixture.scanner("proc/401/status")).userID == 33)
        #expect(ProcessStatus(ByteScanner("Name: x\n")).userID == nil)
    }

    @Test("a filesystem's room is computed as df does")
    func filesystemUsage() {
        let usage = FilesystemUsage(
            blockSize: 4096, blocks: 1000, freeBlocks: 400, availableBlocks: 300, inodes: 100, freeInodes: 25)
        #expect(usage.limit == 4_096_000)
        #expect(usage.used == 600 * 4096)
        #expect(usage.free == 300 * 4096)
        #expect(usage.reserved == 100 * 4096)
        #expect(usage.utilization == 600.0 / 900.0)
        #expect(usage.inodeUtilization == 0.75)
        let mad = FilesystemUsage(
            blockSize: .max, blocks: 10, freeBlocks: 20, availableBlocks: 30, inodes: 0, freeInodes: 5)
        #expect(mad.used == 0)
        #expect((0...1).contains(mad.utilization))
        #expect(mad.inodeUtilization == 0)
    }
}
