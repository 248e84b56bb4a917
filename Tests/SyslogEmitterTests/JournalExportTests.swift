import ExhaustCore
import Testing

@testable import SyslogEmitter

@Suite("The journal's export format")
struct JournalExportTests {
    private func entries(_ bytes: [UInt8], pieces: Int = .max, limit: Int = 480) throws -> [JournalEntry] {
        var export = JournalExport(limit: limit)
        var rest = bytes[...]
        var entries: [JournalEntry] = []
        while !rest.isEmpty {
            entries += try rest.prefix(pieces).withUnsafeBytes { try export.append($0) }
            rest = rest.dropFirst(pieces)
        }
        return entries
    }

    /// A field as journalctl writes it: binary where a line cannot hold it.
    private func field(_ name: String, _ value: [UInt8]) -> [UInt8] {
        if value.allSatisfy({ $0 >= 32 || $0 == 9 }) { return Array("\(name)=".utf8) + value + [10] }
        let size = (0..<8).map { UInt8(truncatingIfNeeded: value.count >> (8 * $0)) }
        return Array("\(name)\n".utf8) + size + value + [10]
    }

    @Test("text and binary fields, fields that repeat, empty values, and blank lines between entries")
    func reads() throws {
        let bytes =
            Array("\n\nA=1\nA=2\nB=\nC=x=y\n".utf8) + field("D", Array("two\nlines".utf8)) + field("E", [10]) + [
                10, 10,
            ]
        let entry = try #require(try entries(bytes).first)
        #expect(entry.fields.map(\.name) == ["A", "A", "B", "C", "D", "E"])
        #expect(
            entry.fields.map { String(decoding: $0.bytes, as: UTF8.self) } == ["1", "2", "", "x=y", "two\nlines", "\n"])
        #expect(try entries(bytes).count == 1)
    }

    @Test("an entry becomes an event with the names that other inputs use; the rest stays under its own")
    func fields() throws {
        let text = """
            __CURSOR=c
            __REALTIME_TIMESTAMP=1795417200000001
            __MONOTONIC_TIMESTAMP=5
            _BOOT_ID=66a2e4bcba0944138e8707c054c0cbeb
            PRIORITY=3
            SYSLOG_FACILITY=10
            SYSLOG_IDENTIFIER=sshd
            SYSLOG_PID=8
            _PID=7
            _UID=0
            _GID=1
            _EXE=/usr/sbin/sshd
            _SYSTEMD_UNIT=ssh.service
            _TRANSPORT=syslog
            _HOSTNAME=web-01
            _COMM=sshd
            TAG=a
            TAG=b
            MESSAGE=failed


            """
        let entry = try #require(try entries(Array(text.utf8)).first)
        let record = entry.telemetry(now: Fixtures.received, limit: 480)
        #expect(record.time == Timestamp(seconds: 1_795_417_200, nanoseconds: 1000))
        #expect(record.severityNumber == 17)
        #expect(
            record.data == [
                "message": "failed", "exhaust.syslog.format": "journal", "log.syslog.priority": 83,
                "log.syslog.facility.code": 10, "log.syslog.facility.name": "authpriv", "log.syslog.severity.code": 3,
                "log.syslog.severity.name": "err", "log.syslog.appname": "sshd", "log.syslog.procid": "8",
                "log.syslog.hostname": "web-01", "exhaust.sender.pid": 7, "exhaust.sender.uid": 0,
                "exhaust.sender.gid": 1, "exhaust.sender.executable": "/usr/sbin/sshd",
                "exhaust.sender.unit": "ssh.service", "exhaust.journal.transport": "syslog",
                "exhaust.journal.cursor": "c", "exhaust.boot.id": "66a2e4bc-ba09-4413-8e87-07c054c0cbeb",
                "exhaust.journal.fields": ["_COMM": "sshd", "TAG": ["a", "b"]],
            ])
    }

    @Test("a long message is cut and says so; other long or too many fields are left out and counted")
    func bounds() throws {
        let long = [UInt8](repeating: UInt8(ascii: "a"), count: 5000)
        var bytes = field("LONG", long + [10])
        for _ in 0..<2000 { bytes += field("F", [98]) }
        bytes += field("MESSAGE", long)
        let entry = try #require(try entries(bytes + [10]).first)
        let record = entry.telemetry(now: Fixtures.received, limit: 480)
        #expect(record.data["message"]?.string?.utf8.count == 480)
        #expect(record.data["exhaust.original_length"] == 5000)
        #expect(record.data["exhaust.journal.fields_dropped"] == .int(2000 - 1023 + 1))
        #expect(record.data["exhaust.journal.fields"]?["F"]?.list?.count == 1023)
    }

    @Test("where the pieces are cut makes no difference")
    func pieces() throws {
        var random = SeededGenerator(seed: 11)
        for _ in 0..<200 {
            var bytes: [UInt8] = []
            var expected: [JournalEntry] = []
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                var entry = JournalEntry()
                for number in 0..<Int.random(in: 1...5, using: &random) {
                    let value = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                        UInt8.random(in: 0...255, using: &random)
                    }
                    bytes += field("F\(number)", value)
                    entry.fields.append(.init(name: "F\(number)", bytes: value, length: value.count))
                }
                bytes.append(10)
                expected.append(entry)
            }
            let pieces = Int.random(in: 1...20, using: &random)
            #expect(try entries(bytes, pieces: pieces) == expected)
        }
    }

    @Test("whatever comes, nothing ends the program, and what is kept is bounded")
    func mutations() throws {
        var random = SeededGenerator(seed: 13)
        let sample =
            field("A", [1, 2, 10]) + field("MESSAGE", Array("text".utf8)) + [10] + field("B", [10, 10]) + [10]
        for _ in 0..<3000 {
            var bytes = sample
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            do {
                for entry in try entries(bytes, pieces: 7, limit: 16) {
                    #expect(entry.fields.allSatisfy { $0.bytes.count <= 16 })
                    #expect(entry.fields.reduce(0) { $0 + $1.bytes.count } <= 80)
                    _ = entry.telemetry(now: Fixtures.received, limit: 16)
                }
            } catch let error as ExhaustError {
                #expect(error.code == .invalidData)
            }
        }
    }
}
