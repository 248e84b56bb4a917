import Agent
import ExhaustCore
import Glibc
import Testing

@Suite("disk.clean") struct DiskCleanTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func clean(
        _ path: String, _ pattern: String = "*.tmp", olderThan: String = "0s", timeout: Duration = .seconds(10)
    ) async throws -> ActionReport {
        let action = DiskClean(timeout: timeout)
        return try await action.execute(
            ActionCatalogue([action]).call(
                "disk.clean", ["path": .string(path), "pattern": .string(pattern), "older_than": .string(olderThan)]))
    }

    @Test("Deletes what fits pattern and age, in all folders below, and counts it")
    func plain() async throws {
        try folder.write("a.tmp", String(repeating: "x", count: 5000), age: 100)
        try folder.write("deep/er/b.tmp", "x", age: 100)
        try folder.write("new.tmp", "x")
        try folder.write("keep.log", "x", age: 100)
        let report = try await clean(folder.path, olderThan: "50s")
        #expect(report.succeeded && report.changed)
        #expect(report.output["removed"] == 2)
        #expect((report.output["bytes"]?.int ?? 0) >= 8192)
        #expect(!folder.has("a.tmp") && !folder.has("deep/er/b.tmp"))
        #expect(folder.has("new.tmp") && folder.has("keep.log") && folder.has("deep/er"))
        let again = try await clean(folder.path, olderThan: "50s")
        #expect(again.succeeded && !again.changed && again.output["removed"] == 0)
    }

    @Test("Follows no symbolic link: neither to a file, nor to a folder, nor in the path itself")
    func links() async throws {
        try folder.write("outside/victim.tmp", "x", age: 100)
        try folder.write("cache/own.tmp", "x", age: 100)
        symlink(folder.path("outside"), folder.path("cache/folder"))
        symlink(folder.path("outside/victim.tmp"), folder.path("cache/file.tmp"))
        symlink(folder.path("cache"), folder.path("alias"))
        #expect(try await clean(folder.path("cache")).output["removed"] == 1)
        #expect(folder.has("outside/victim.tmp") && folder.has("cache/file.tmp"))
        for path in ["alias", "cache/folder", "alias/folder"] {
            let error = await #expect(throws: ExhaustError.self) { try await clean(folder.path(path)) }
            #expect(error?.advice == "give the path without symbolic links")
        }
        #expect(folder.has("outside/victim.tmp"))
    }

    @Test("Deletes regular files alone: no pipes, sockets or folders")
    func kinds() async throws {
        mkfifo(folder.path("pipe.tmp"), 0o600)
        mkdir(folder.path("folder.tmp"), 0o700)
        let report = try await clean(folder.path)
        #expect(report.succeeded && report.output["removed"] == 0)
        #expect(folder.has("pipe.tmp") && folder.has("folder.tmp"))
    }

    @Test("Stays on its filesystem")
    func otherFilesystem() async throws {
        guard getuid() == 0 else { return print("skipped: a mount needs root") }
        mkdir(folder.path("mounted"), 0o700)
        guard mount("tmpfs", folder.path("mounted"), "tmpfs", 0, "size=64k") == 0 else {
            return print("skipped: no mount here")
        }
        defer { umount2(folder.path("mounted"), Int32(MNT_DETACH)) }
        try folder.write("mounted/a.tmp", "x", age: 100)
        #expect(try await clean(folder.path).output["removed"] == 0)
        #expect(folder.has("mounted/a.tmp"))
    }

    @Test("A folder that is not there is an error that names it")
    func missing() async throws {
        let error = await #expect(throws: ExhaustError.self) { try await clean(folder.path("none")) }
        #expect(error?.description.contains(folder.path("none")) == true)
    }

    @Test("Files with another name elsewhere are deleted, but free nothing")
    func hardLinks() async throws {
        try folder.write("a.tmp", String(repeating: "x", count: 5000), age: 100)
        link(folder.path("a.tmp"), folder.path("kept.log"))
        #expect(try await clean(folder.path).output == ["removed": 1, "bytes": 0])
    }

    @Test("Stops when its time is over, and says so")
    func time() async throws {
        for number in 0..<50 { try folder.write("\(number).tmp", "x", age: 100) }
        let report = try await clean(folder.path, timeout: .nanoseconds(1))
        #expect(!report.succeeded)
        #expect(report.reason?.hasPrefix("not done within") == true)
    }
}
