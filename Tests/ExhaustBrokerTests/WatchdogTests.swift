import Glibc
import Testing

@testable import ExhaustBroker

@Suite("Watchdog")
struct WatchdogTests {
    private func pair() throws -> (Int32, Int32) {
        var sockets: [Int32] = [-1, -1]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &sockets) == 0)
        return (sockets[0], sockets[1])
    }

    /// What a read finds now: 0 at the end, -1 while there is nothing.
    private func peek(_ socket: Int32) -> Int {
        var byte: UInt8 = 0
        return recv(socket, &byte, 1, Int32(MSG_DONTWAIT))
    }

    @Test("a call that is not back in time has its socket shut down, and only then")
    func shutsDown() async throws {
        let (hanging, other) = try pair()
        let (swift, third) = try pair()
        defer { for socket in [hanging, other, swift, third] { close(socket) } }
        let slow = Watchdog.shared.register()
        let quick = Watchdog.shared.register()
        slow.begin(socket: hanging, limit: .milliseconds(300))
        quick.begin(socket: swift, limit: .milliseconds(300))
        quick.end()
        #expect(peek(other) == -1)
        let deadline = ContinuousClock.now + .seconds(5)
        while peek(other) != 0, ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(20)) }
        #expect(peek(hanging) == 0 && peek(other) == 0 && slow.wasShutDown)
        #expect(peek(swift) == -1 && !quick.wasShutDown)
    }
}
