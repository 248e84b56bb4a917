import ExhaustCore
import Glibc
import Testing

@testable import CLIEmitter

@Suite("Audit records")
struct AuditTests {
    private static let head =
        "arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 items=2 ppid=41 pid=42 auid=1000 uid=1000 gid=100 "
        + "euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts3 ses=7 comm=\"my cmd\" exe=\"/usr/bin/cmd\" key=(null)"

    /// The execs of lines without `type=… msg=audit(…): `, all of one event.
    private func execs(_ lines: [(String, String)]) throws -> [KernelEvent] {
        var assembler = AuditAssembler()
        return try lines.compactMap { type, text in
            assembler.add(try #require(AuditRecord(line: "type=\(type) msg=audit(1790000000.250:9): \(text)")))
        }
    }

    private func details(_ lines: [(String, String)]) throws -> ProcessDetails {
        let events = try execs(lines)
        #expect(events.count == 1 && events.first?.pid == 42)
        #expect(events.first?.time == Timestamp(seconds: 1_790_000_000, nanoseconds: 250_000_000))
        guard case .exec(let details) = events.first?.change else { return ProcessDetails() }
        return details
    }

    @Test("an exec has arguments, folder, users, login user, session and terminal")
    func exec() throws {
        let details = try details([
            ("SYSCALL", Self.head), ("EXECVE", #"argc=3 a0="cmd" a1=C3A42062 a2="x""#), ("CWD", #"cwd="/srv""#),
            ("PATH", "item=0 name=\"/usr/bin/cmd\" inode=1"), ("PROCTITLE", "proctitle=636D64"), ("EOE", ""),
        ])
        #expect(details.arguments == ["cmd", "ä b", "x"] && !details.isTruncated)
        #expect(details.workingDirectory == "/srv" && details.executable == "/usr/bin/cmd" && details.parent == 41)
        #expect(details.users == .init(real: 1000, effective: 0, saved: 0))
        #expect(details.loginUser == 1000 && details.auditSession == 7 && details.tty == "pts/3")
    }

    @Test("an argument that is split over records is put together, though a part ends within a character")
    func split() throws {
        let details = try details([
            ("SYSCALL", Self.head), ("EXECVE", "argc=3 a0=\"cmd\" a1_len=8 a1[0]=61C3"), ("EXECVE", " a1[1]=A462"),
            ("EXECVE", " a2=63"), ("CWD", "cwd=2F612062"), ("EOE", ""),
        ])
        #expect(details.arguments == ["cmd", "aäb", "c"] && details.workingDirectory == "/a b")
    }

    @Test("arguments that the kernel did not send make it truncated; nobody's login is none")
    func lacking() throws {
        let head = Self.head.replacing("auid=1000", with: "auid=4294967295").replacing("tty=pts3", with: "tty=(none)")
        let details = try details([("SYSCALL", head), ("EXECVE", "argc=9 a0=\"cmd\""), ("EOE", "")])
        #expect(details.arguments == ["cmd"] && details.isTruncated)
        #expect(details.loginUser == nil && details.tty == "")
    }

    @Test("calls that are no exec, and execs that failed, are none")
    func others() throws {
        let failed = Self.head.replacing("success=yes exit=0", with: "success=no exit=-2")
        #expect(try execs([("SYSCALL", failed), ("EXECVE", "argc=1 a0=\"x\""), ("EOE", "")]).isEmpty)
        #expect(try execs([("SYSCALL", Self.head), ("CWD", "cwd=\"/\""), ("EOE", "")]).isEmpty)
        #expect(try execs([("EXECVE", "argc=1 a0=\"x\""), ("EOE", "")]).isEmpty)
    }

    @Test(
        "lines that are none of audit's are refused",
        arguments: [
            "", "type=EXECVE", "type=EXECVE msg=audit(x:1): a", "type=EXECVE msg=audit(1.5:1): a",
            "msg=audit(1.500:1): a",
        ])
    func refused(line: String) { #expect(AuditRecord(line: line) == nil) }

    @Test("any bytes after a head are read without harm")
    func mutations() {
        var random = SeededGenerator(seed: 4)
        let line = Array("type=EXECVE msg=audit(1790000000.250:9): argc=3 a0=\"cmd\" a1[0]=61C3 a2=63 cwd=\"/x\"".utf8)
        var assembler = AuditAssembler()
        for _ in 0..<3000 {
            var bytes = line
            for _ in 0..<3 {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if let record = AuditRecord(line: String(decoding: bytes, as: UTF8.self)) { _ = assembler.add(record) }
        }
    }

    @Test(
        "real logs parse as go-libaudit parses them", arguments: ["audit-rhel7.log", "audit-ubuntu16.log", "test2.log"])
    func realLogs(name: String) throws {
        guard let data = getenv("EXHAUST_TEST_DATA").map({ String(cString: $0) }) else {
            print("skipped: EXHAUST_TEST_DATA is not set")
            return
        }
        let path = "\(data)/audit/go-libaudit/\(name)"
        let lines = String(decoding: try FileContent.read(path), as: UTF8.self).split(separator: "\n")
        let golden = try #require(try JSONReader.parse(FileContent.read(path + ".golden")).list)
        let records = lines.map { AuditRecord(line: $0) }
        #expect(records.count == golden.count)
        var assembler = AuditAssembler()
        var matched = 0
        for expected in golden {
            guard let number = expected["sequence"]?.int else { continue }
            let kind = expected["record_type"]?.string?.uppercased()
            let record = records.compactMap(\.self).first {
                $0.number == UInt64(number) && (kind.flatMap(AuditRecord.Kind.init) == $0.kind)
            }
            let found = try #require(record, "\(name) \(number)")
            let time = try #require(expected["@timestamp"]?.string.flatMap { Timestamp(rfc3339: $0) })
            #expect(found.time == time)
            guard found.kind != nil else { continue }
            for key in ["comm", "exe", "cwd"] {
                guard let want = expected["data"]?[key]?.string else { continue }
                #expect(found.text(key) == want, "\(name) \(number) \(key)")
                matched += 1
            }
            _ = assembler.add(found)
        }
        #expect(matched > 0 || name != "test2.log")
    }
}
