import ExhaustCore
import ExhaustRuntime
import ExhaustTestSupport
import Glibc
import Testing

@testable import PerfEmitter

@Suite("systemd")
struct SystemdTests {
    private static let units = [
        SystemdUnit(name: "nginx.service", load: "loaded", state: "failed"),
        SystemdUnit(name: "ssh.service", load: "loaded", state: "active"),
        SystemdUnit(name: "old.service", load: "not-found", state: "inactive"),
        SystemdUnit(name: "-.mount", load: "loaded", state: "active"),
    ]

    @Test("a call has the bytes that the specification says")
    func call() {
        let call = BusMessage.Call(destination: "d.d", path: "/p", interface: "i.i", member: "M")
        let bytes = BusMessage.bytes(of: call, serial: 2)
        let head: [UInt8] = [0x6c, 1, 2, 1, 0, 0, 0, 0, 2, 0, 0, 0, 60, 0, 0, 0]
        #expect(Array(bytes.prefix(16)) == head)
        #expect(Array(bytes[16..<32]) == [1, 1, 0x6f, 0, 2, 0, 0, 0, 0x2f, 0x70, 0, 0, 0, 0, 0, 0])
        #expect(bytes.count == 80)
        #expect(BusMessage.length(bytes[...], limit: 100) == 80)
        #expect(BusMessage.length(bytes[...], limit: 50) == nil)
        #expect(BusMessage.greeting(userID: 0) == Array("\0AUTH EXTERNAL 30\r\nBEGIN\r\n".utf8))
    }

    @Test("units are counted by state, services told of by name, and failed ones of any kind listed")
    func described() {
        var data = ValueMap()
        SystemdCollector.describe(Self.units, in: &data)
        #expect(
            data["exhaust.systemd.units"]
                == [
                    "active": 2, "inactive": 0, "failed": 1, "activating": 0, "deactivating": 0, "reloading": 0,
                ])
        #expect(data["exhaust.systemd.failed"] == ["nginx.service"])
        #expect(data["exhaust.systemd.services"] == ["nginx.service": "failed", "ssh.service": "active"])
    }

    @Test("the answer is found between signals, however it is cut", arguments: [1, 7, 4096])
    func conversation(size: Int) async throws {
        let signal = FakeBus.message(type: 4, body: [1, 0, 0, 0], serial: nil)
        let hello = FakeBus.message(type: 2, body: FakeBus.text(":1.7", in: []), serial: 1)
        let answer = FakeBus.message(type: 2, body: FakeBus.list(Self.units), serial: 2)
        let bus = try FakeBus("OK 1234\r\n".utf8 + hello + signal + answer, in: size)
        defer { bus.directory.remove() }
        let manager = SystemdManager([("/nonexistent", true), (bus.path, true)])
        #expect(try manager.units() == Self.units)
    }

    @Test(
        "who refuses, errs, lies or is silent is an error in time",
        arguments: [
            "REJECTED EXTERNAL\r\n".utf8 + [],
            "OK 1\r\n".utf8 + FakeBus.message(type: 3, body: [], serial: 2, error: "org.x.Denied"),
            "OK 1\r\n".utf8 + FakeBus.message(type: 2, body: [255, 255, 255, 0], serial: 2),
            "OK 1\r\n".utf8 + Array(repeating: 0xff, count: 64), [],
        ])
    func refusal(bytes: [UInt8]) async throws {
        let bus = try FakeBus(bytes, in: 4096)
        defer { bus.directory.remove() }
        #expect(throws: ExhaustError.self) {
            try SystemdManager([(bus.path, false)], limit: .milliseconds(300)).units()
        }
    }
}

/// A socket that says what it is told to, to the first who comes, and stays silent then.
private struct FakeBus {
    let directory: TemporaryDirectory
    let path: String

    init(_ bytes: [UInt8], in size: Int) throws {
        directory = try TemporaryDirectory()
        path = directory.path + "/bus"
        let listener = try Socket(family: AF_UNIX, type: SOCK_STREAM)
        _ = UnixSocketFile.withAddress(path) { bind(listener.descriptor, $0, $1) }
        listen(listener.descriptor, 1)
        try OSThread.start(named: "fake-bus") {
            var entry = pollfd(fd: listener.descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&entry, 1, 5000) > 0 else { return }
            let connection = Socket(adopting: accept(listener.descriptor, nil, nil))
            for start in stride(from: 0, to: bytes.count, by: size) {
                let part = Array(bytes[start..<min(start + size, bytes.count)])
                guard send(connection.descriptor, part, part.count, Int32(MSG_NOSIGNAL)) > 0 else { return }
            }
            // Until the other side has gone.
            var byte = [UInt8](repeating: 0, count: 4096)
            while read(connection.descriptor, &byte, byte.count) > 0 {}
        }
    }

    static func text(_ text: String, in bytes: [UInt8]) -> [UInt8] {
        number(UInt32(text.utf8.count), in: bytes) + Array(text.utf8) + [0]
    }

    static func number(_ number: UInt32, in bytes: [UInt8]) -> [UInt8] {
        padded(bytes, to: 4) + (0..<4).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
    }

    private static func padded(_ bytes: [UInt8], to size: Int) -> [UInt8] {
        bytes + [UInt8](repeating: 0, count: (size - bytes.count % size) % size)
    }

    static func list(_ units: [SystemdUnit]) -> [UInt8] {
        var list: [UInt8] = []
        for unit in units {
            list = padded(list, to: 8)
            for part in [unit.name, "A unit", unit.load, unit.state, "sub", "", "/org/unit"] {
                list = text(part, in: list)
            }
            list = text("/", in: text("", in: number(0, in: list)))
        }
        return number(UInt32(list.count), in: []) + [0, 0, 0, 0] + list
    }

    static func message(type: UInt8, body: [UInt8], serial: UInt32?, error: String? = nil) -> [UInt8] {
        var fields: [UInt8] = [8, 1, 0x67, 0, 1, 0x73, 0]
        if let serial { fields = number(serial, in: padded(fields, to: 8) + [5, 1, 0x75, 0]) }
        if let error { fields = text(error, in: padded(fields, to: 8) + [4, 1, 0x73, 0]) }
        let head: [UInt8] = [0x6c, type, 0, 1]
        let lengths = number(UInt32(fields.count), in: number(9, in: number(UInt32(body.count), in: head)))
        return padded(lengths + fields, to: 8) + body
    }
}
