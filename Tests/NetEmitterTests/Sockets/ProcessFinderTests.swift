import ExhaustCore
import ExhaustRuntime
import ExhaustTestSupport
import Glibc
import Testing

@testable import NetEmitter

@Suite("processes of sockets")
struct ProcessFinderTests {
    @Test("the texts of /proc are read, whatever a program is called")
    func texts() {
        let fields = Array(repeating: "7", count: 50).joined(separator: " ")
        let stat = Array("12 (a) b (c)) S \(fields)".utf8)
        #expect(ProcessFiles.identity(stat)?.name == "a) b (c)" && ProcessFiles.identity(stat)?.threads == 7)
        #expect(ProcessFiles.identity(Array("12 (a".utf8)) == nil && ProcessFiles.identity([]) == nil)
        #expect(ProcessFiles.effectiveUser(Array("Name:\tx\nUid:\t1\t2\t3\t4\n".utf8)) == 2)
        #expect(ProcessFiles.effectiveUser(Array("Uid:\t1\n".utf8)) == nil)
    }

    private func inode(_ socket: TestSocket) -> UInt32 {
        var status = stat()
        fstat(socket.descriptor, &status)
        return UInt32(truncatingIfNeeded: status.st_ino)
    }

    @Test("a socket's process is found, and forgotten with the socket")
    func finds() throws {
        var finder = ProcessFinder()
        defer { finder.close() }
        var socket: TestSocket? = try TestSocket()
        let number = try inode(#require(socket))
        finder.search([.init(inode: number, controlGroup: nil), .init(inode: 4_000_000_001, controlGroup: nil)])
        let found = finder.owner(of: number, now: .now())
        let owner = try #require(found)
        #expect(owner.pid == getpid() && owner.userID == geteuid() && owner.executable?.isEmpty == false)
        #expect(finder.owner(of: 4_000_000_001, now: .now()) == nil && finder.owner(of: 0, now: .now()) == nil)
        socket = nil
        finder.refresh(all: true)
        #expect(finder.owner(of: number, now: .now()) == nil)
    }

    @Test("processes that have not run are not looked at again, nor is what was not found looked for at once")
    func patient() async throws {
        let child = try ChildProcess(["sleep", "600"])
        defer { child.signal(SIGKILL) }
        try await Task.sleep(for: .milliseconds(100))
        var finder = ProcessFinder()
        defer { finder.close() }
        finder.search([.init(inode: 4_000_000_001, controlGroup: nil)])
        let first = finder.scans
        finder.search([.init(inode: 4_000_000_001, controlGroup: nil)])
        #expect(finder.scans == first)
        finder.search([.init(inode: 4_000_000_002, controlGroup: nil)])
        #expect(finder.scans - first < first || first < 20, "\(first) then \(finder.scans - first)")
    }

    @Test("a socket that its process hands on is found with the one that has it now")
    func handedOn() async throws {
        let socket = try TestSocket(bind: "127.0.0.1").listen()
        // What a child inherits stays with it when this process lets go.
        _ = fcntl(socket.descriptor, F_SETFD, 0)
        let number = inode(socket)
        let child = try ChildProcess(["sleep", "600"])
        defer { child.signal(SIGKILL) }
        try await Task.sleep(for: .milliseconds(100))
        var finder = ProcessFinder()
        defer { finder.close() }
        finder.search([.init(inode: number, controlGroup: nil)])
        #expect(finder.owner(of: number, now: .now())?.pid == getpid())
        let copy = dup(open("/dev/null", O_RDONLY))
        dup2(copy, socket.descriptor)
        finder.refresh(all: false)
        finder.search([.init(inode: number, controlGroup: nil)])
        #expect(finder.owner(of: number, now: .now())?.pid == child.pid)
        close(copy)
    }
}
