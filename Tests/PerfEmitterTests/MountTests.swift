import ExhaustCore
import Glibc
import Synchronization
import Testing

@testable import PerfEmitter

@Suite("mounted filesystems")
struct MountTests {
    /// Of servers, and below.
    private static let remote = ["/net", "/net/inner", "/home/me/remote"]

    private func selection(excluded: Set<String> = []) throws -> MountSelection {
        MountSelection(Mount.table(try Fixture.scanner("proc/1/mountinfo")), excluded: excluded)
    }

    private func points(_ mounts: [Mount]) -> [String] { mounts.map { String(decoding: $0.point, as: UTF8.self) } }

    @Test("each filesystem that holds data is measured once; bind mounts and what is mounted over are not")
    func measured() throws {
        let mounts = try selection().measured
        #expect(points(mounts) == ["/", "/boot", "/run", "/srv/with blank\tand\\slash", "/mnt"] + Self.remote)
        #expect(mounts[4].source == "/dev/sdc1")
    }

    @Test("a filesystem that does not answer is asked once, and again when it answers; others do not wait for it")
    func hanging() throws {
        let gate = Mutex(false)
        let asked = Mutex(0)
        let probe = FilesystemProbe(limit: .milliseconds(200)) { path in
            if path == [1] {
                asked.withLock { $0 += 1 }
                while !gate.withLock({ $0 }) { usleep(1000) }
            }
            return FilesystemUsage(
                blockSize: 1, blocks: 1, freeBlocks: 0, availableBlocks: 0, inodes: 0, freeInodes: 0)
        }
        #expect(throws: ExhaustError.self) { try probe.usage([1]) }
        let start = ContinuousClock.now
        for _ in 0..<10 { #expect(throws: ExhaustError.self) { try probe.usage([1]) } }
        #expect(ContinuousClock.now - start < .milliseconds(150))
        #expect(try probe.usage([2]).limit == 1)
        #expect(asked.withLock { $0 } == 1)
        gate.withLock { $0 = true }
        usleep(50_000)
        #expect(try probe.usage([1]).limit == 1)
    }

    @Test("a filesystem is read-only by its mount's options or its own")
    func readOnly() throws {
        let mounts = try selection().measured
        #expect(mounts.map(\.isReadOnly) == [false, true, false, true, false, false, false, false])
    }

    @Test("types can be left out")
    func excluded() throws {
        #expect(points(try selection(excluded: ["tmpfs", "xfs"]).measured) == ["/", "/boot", "/mnt"] + Self.remote)
    }

    @Test("an overlay is a container's layer, unless it is the root")
    func overlay() {
        let text = "1 0 0:9 / / rw - overlay overlay rw\n2 1 0:8 / /x rw - overlay overlay rw\n"
        #expect(points(MountSelection(Mount.table(ByteScanner(text))).measured) == ["/"])
    }

    @Test(
        "a line that is no mount is left out",
        arguments: [
            "", "1", "1 2 3:4 / /x rw", "1 2 3:4 / /x rw shared:1 - ext4", "1 2 3:4 / /x rw no dash at all",
        ])
    func garbage(line: String) {
        #expect(Mount(ByteScanner(line)) == nil)
    }
}
