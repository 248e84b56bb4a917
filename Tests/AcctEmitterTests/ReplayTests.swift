import ExhaustCore
import ExhaustTestSupport
import Testing

@testable import AcctEmitter

@Suite("exhaust-emitter-acct --from FILE")
struct ReplayTests {
    @Test(
        "the events of a file that the kernel has just written equal what dump-acct prints, field by field",
        .enabled(if: Emitter.canAccount && Emitter.hasProgram("dump-acct"), "needs root, unshare and dump-acct"))
    func equalsDumpAcct() async throws {
        try await Fixture.inDirectory { directory in
            try await Emitter.run(
                """
                touch pacct; accton pacct >/dev/null
                for code in 1 2 7 126 255; do sh -c "exit $code" || true; done
                for signal in HUP KILL TERM SEGV USR1 34 64; do sh -c "kill -$signal \\$\\$" 2>/dev/null || true; done
                (:); (exit 3) || true; sleep 0.3; setpriv --reuid 1 --regid 2 --clear-groups true
                dd if=/dev/zero of=/dev/null bs=1M count=500 2>/dev/null
                for number in $(seq 200); do true; /bin/true; done
                bash -c 'i=0; while [ $i -lt 50000 ]; do i=$((i+1)); done'
                cp /bin/true sixteen-letters-; ./sixteen-letters-; accton off >/dev/null
                "$EMITTER" --from pacct --to events.jsonl 2>log; dump-acct pacct > dump
                """, in: directory)
            let lines = DumpAcct.parse(try FileContent.read("\(directory.path)/dump"))
            let events = try Emitter.events("events.jsonl", in: directory)
            #expect(events.count == lines.count && lines.count > 200)
            for (event, line) in zip(events, lines) {
                #expect(DumpAcct.fields(event.data) == line.fields)
                #expect(event.data["process.command"]?.string == String(decoding: line.command, as: UTF8.self))
                #expect(DumpAcct.start(event.data) == line.start)
            }
        }
    }

    @Test("a last record that is cut off is reported with its offset, the others are kept, and the status is 65")
    func cutOff() async throws {
        try await Fixture.inDirectory { directory in
            try directory.write(Array(try Fixture.bytes("linux-6.18.pacct").prefix(200)), to: "pacct")
            let (status, log) = try await replay("pacct", in: directory)
            #expect(status == 65)
            #expect(log.contains("the record ends after 8 of 64 bytes"))
            #expect(log.contains("file.offset=192"))
            #expect(try Emitter.events("events.jsonl", in: directory).count == 3)
        }
    }

    @Test("the same file gives the same bytes each time")
    func deterministic() async throws {
        try await Fixture.inDirectory { directory in
            try directory.write(try Fixture.bytes("linux-6.18.pacct"), to: "pacct")
            #expect(try await replay("pacct", in: directory).status == 0)
            let first = try FileContent.read("\(directory.path)/events.jsonl")
            #expect(try await replay("pacct", in: directory).status == 0)
            #expect(try FileContent.read("\(directory.path)/events.jsonl") == first)
            #expect(try Emitter.events("events.jsonl", in: directory).allSatisfy { $0.recordedTime == nil })
        }
    }

    @Test("another version is refused with a clear word; a file that is not there is 66")
    func refuses() async throws {
        try await Fixture.inDirectory { directory in
            try directory.write([UInt8](repeating: 2, count: 128), to: "pacct")
            let (status, log) = try await replay("pacct", in: directory)
            #expect(status == 65)
            #expect(log.contains("record version 2 is not supported, only version 3 is"))
            #expect(try await replay("none", in: directory).status == 66)
        }
    }

    private func replay(_ file: String, in directory: TemporaryDirectory) async throws -> (status: Int32?, log: String)
    {
        let path = directory.path
        let process = try ChildProcess(
            [Emitter.path, "--host", "web-01", "--from", "\(path)/\(file)", "--to", "\(path)/events.jsonl"],
            output: "\(path)/log")
        let status = await process.wait(upTo: .seconds(30))
        return (status, String(decoding: try FileContent.read("\(path)/log"), as: UTF8.self))
    }
}
