import ExhaustCore
import Testing

@testable import NetEmitter

@Suite("owners of conversations")
struct SocketOwnersTests {
    private static let host = Bytes.address(0x0a00_0001)
    private static let peer = Bytes.address(0x0a00_0002)
    private static let now = Timestamp(seconds: 1_000_000)

    private func tuple(_ port: UInt16, transport: UInt8 = 6) -> SocketTuple {
        SocketTuple(transport: transport, local: Self.host, localPort: port, peer: Self.peer, peerPort: 9)
    }

    private func owners(_ limits: SocketOwners.Limits = SocketOwners.Limits()) throws -> SocketOwners {
        let owners = try SocketOwners(limits: limits)
        owners.setAddresses([Self.host])
        return owners
    }

    @Test("a conversation is known while it lasts and for a while after")
    func remembers() throws {
        let owners = try owners()
        owners.open(tuple(1), Bytes.owner(pid: 5))
        #expect(owners.owner(of: tuple(1))?.pid == 5 && owners.owner(of: tuple(2)) == nil)
        owners.close(tuple(1), now: Self.now)
        #expect(owners.owner(of: tuple(1))?.pid == 5)
        for step in 1...3 {
            owners.remember(tuple(UInt16(step + 10)), Bytes.owner(pid: 6), now: Self.now + .seconds(700 * step))
        }
        #expect(owners.owner(of: tuple(1)) == nil && owners.owner(of: tuple(13))?.pid == 6)
    }

    @Test("what ended is remembered up to a limit")
    func bounded() throws {
        var limits = SocketOwners.Limits()
        limits.closed = 100
        let owners = try owners(limits)
        for port in 0..<1000 as Range<UInt16> { owners.remember(tuple(port), Bytes.owner(pid: 1), now: Self.now) }
        let known = (0..<1000 as Range<UInt16>).count { owners.owner(of: tuple($0)) != nil }
        #expect(known >= 50 && known <= 100 && owners.owner(of: tuple(999)) != nil)
    }

    @Test("who listens has what comes to its port, by address first, and only on this host")
    func listeners() throws {
        let owners = try owners()
        func key(_ address: IPAddress, _ port: UInt16) -> Listener.Key {
            Listener.Key(transport: 17, address: address, port: port, interface: 0)
        }
        owners.setListeners([
            (key(.anyIPv4, 53), Bytes.owner(pid: 1)), (key(Self.host, 53), Bytes.owner(pid: 2)),
            (key(.anyIPv6, 123), Bytes.owner(pid: 3)),
        ])
        #expect(owners.owner(of: tuple(53, transport: 17))?.pid == 2)
        #expect(owners.owner(of: tuple(123, transport: 17))?.pid == 3)
        #expect(owners.owner(of: tuple(53, transport: 6)) == nil)
        #expect(owners.owner(of: tuple(53, transport: 17).reversed) == nil)
        let loopback = SocketTuple(
            transport: 17, local: Bytes.address(0x7f00_0035), localPort: 53, peer: Self.host, peerPort: 1)
        #expect(owners.owner(of: loopback)?.pid == 1)
    }

    @Test("questions are kept for what is not known and is of this host, as many as fit")
    func questions() throws {
        var limits = SocketOwners.Limits()
        limits.questions = 2
        let owners = try owners(limits)
        owners.open(tuple(1), Bytes.owner(pid: 5))
        for port in 1...5 as ClosedRange<UInt16> {
            owners.ask(tuple(port))
            owners.ask(tuple(port).reversed)
        }
        #expect(owners.takeQuestions() == [tuple(2), tuple(3)] && owners.takeQuestions().isEmpty)
    }
}
