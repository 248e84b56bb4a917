import Testing

@testable import PerfEmitter

@Suite("mounted filesystems")
struct MountTests {
    private func selection(excluded: Set<String> = []) throws -> MountSelection {
        MountSelection(Mount.table(try Fixture.scanner("proc/1/mountinfo")), excluded: excluded)
    }

    private func points(_ mounts: [Mount]) -> [String] { mounts.map { String(decoding: $0.point, as: UTF8.self) } }

    @Test("each filesystem that holds data is measured once; bind mounts and what is mounted over are not")
    func measured() throws {
        let mounts = try selection().measured
        #expect(points(mounts) == ["/", "/boot", "/run", "/srv/with blank\tand\\slash", "/mnt"])
        #expect(mounts.last?.source == "/dev/sdc1")
    }

    @Test("filesystems that may hang are left alone, with the reason")
    func unmeasured() throws {
        let unmeasured = try selection().unmeasured
        #expect(points(unmeasured.map(\.mount)) == ["/net", "/net/inner", "/home/me/remote"])
        #expect(unmeasured[0].reason == "network filesystem: without its server it would hang")
        #expect(unmeasured[1].reason == "mounted below a network filesystem")
    }

    @Test("a filesystem is read-only by its mount's options or its own")
    func readOnly() throws {
        let mounts = try selection().measured
        #expect(mounts.map(\.isReadOnly) == [false, true, false, true, false])
    }

    @Test("types can be left out")
    func excluded() throws {
        #expect(points(try selection(excluded: ["tmpfs", "xfs"]).measured) == ["/", "/boot", "/mnt"])
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
