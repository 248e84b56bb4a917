import ExhaustCore
import ExhaustRuntime
import Testing

@testable import AcctEmitter

@Suite("what /proc says of a process")
struct DetailsTests {
    @Test(
        "container and unit are found in the control group",
        arguments: [
            ("0::/system.slice/nginx.service\n", "nginx.service", false),
            ("12:pids:/x\n1:name=systemd:/user.slice/user-0.slice/session-3.scope\n", "session-3.scope", false),
            ("0::/system.slice/docker-ID.scope\n", nil, true), ("4:memory:/docker/ID\n0::/\n", nil, true),
            ("0::/kubepods.slice/kubepods-pod1.slice/cri-containerd-ID.scope\n", nil, true),
            ("0::/machine.slice/podman.service/libpod-ID.scope/container\n", "podman.service", true),
            ("0::/system.slice/docker-IDf.scope\n", "docker-IDf.scope", false),
        ] as [(String, String?, Bool)])
    func controlGroup(file: String, unit: String?, hasContainer: Bool) throws {
        let id = String(repeating: "0123456789abcdef", count: 4)
        let group = try #require(ControlGroup(file: Array(file.replacing("ID", with: id).utf8)))
        #expect(group.unit == unit?.replacing("ID", with: id))
        #expect(group.container == (hasContainer ? id : nil))
    }

    @Test("a process at the root of all groups, and garbage, have none")
    func none() {
        for file in ["0::/\n3:cpu:/\n", "", "::", "x\n\n"] { #expect(ControlGroup(file: Array(file.utf8)) == nil) }
    }

    @Test("whether a process is ending, and since when it ran, whatever its name")
    func stat() throws {
        let tail = " Z 1 2 3 0 -1 4194308 5 6 7 8 9 10 11 12 20 0 1 0 4711 0\n"
        for name in ["sh", "a) b (", ")"] {
            let found = try #require(ProcessDetails.parse(stat: Array("7 (\(name))\(tail)".utf8)))
            #expect(found.isEnding && found.startTicks == 4711)
        }
        #expect(ProcessDetails.parse(stat: Array("7 (sh) R 1 2".utf8)) == nil)
        #expect(ProcessDetails.parse(stat: []) == nil)
        // This process is not ending.
        #expect(ProcessDetails.read(pid: 1, startSecond: 0) == nil)
    }

    @Test("nobody logged in is no user")
    func loginUser() {
        #expect(ProcessDetails.parse(loginUser: Array("1000\n".utf8)) == 1000)
        #expect(ProcessDetails.parse(loginUser: Array("4294967295\n".utf8)) == nil)
    }

    @Test("names are looked up anew when the files of NSS have changed")
    func noticesChanges() async throws {
        try await Fixture.inDirectory { folder in
            let path = try folder.write([1], to: "passwd")
            let (count, lookup) = countingLookup()
            var cache = NameCache(user: lookup, group: { _ in nil }, stamps: { [FileStamp(path)] })
            _ = cache.userName(5, now: Timestamp(seconds: 0))
            _ = cache.userName(5, now: Timestamp(seconds: 2))
            #expect(count() == 1)
            try folder.write([1, 2], to: "passwd")
            _ = cache.userName(5, now: Timestamp(seconds: 2, nanoseconds: 1))
            #expect(count() == 1)
            _ = cache.userName(5, now: Timestamp(seconds: 3))
            #expect(count() == 2)
        }
    }
}
