import ExhaustCore
import ExhaustTestSupport
import Testing

@testable import AcctEmitter

@Suite("process accounting, live", .enabled(if: Emitter.canAccount, "needs root and unshare"), .serialized)
struct LiveTests {
    private static let start = """
        emit() { "$EMITTER" --to "$1" --set file="$PWD/state/pacct" --set rotate_bytes=${2:-1000000} 2>>log & PID=$!
            for i in $(seq 200); do [ "$(grep -c 'accounting is on' log)" = "${3:-1}" ] && break; sleep 0.05; done; };

        """

    private func count(_ events: [Event], _ command: String) -> Int {
        events.count { $0.data["process.command"] == .string(command) }
    }

    @Test("every process is told of once, through many rotations; the emitter's own switches are not")
    func rotation() async throws {
        try await Fixture.inDirectory { directory in
            try await Emitter.run(
                Self.start + """
                    emit events.jsonl 640; for i in $(seq 300); do /bin/true; done; sh -c 'kill -9 $$' || true
                    kill $PID; wait $PID; ls state > files; stat -c %a state/pacct > mode
                    size=$(stat -c %s state/pacct); /bin/true; [ "$(stat -c %s state/pacct)" = "$size" ]
                    """, in: directory)
            let events = try Emitter.events("events.jsonl", in: directory)
            #expect(count(events, "true") == 300)
            #expect(events.count { $0.data["exhaust.exit.signal_name"] == "SIGKILL" } == 1)
            #expect(count(events, PacctFollower.threadName) == 0)
            #expect(events.allSatisfy { $0.type == .acct })
            for event in events { #expect(event.recordedTime.map { event.time <= $0 } == true) }
            #expect(try text("files", directory) == "pacct\npacct.position\n")
            #expect(try text("mode", directory) == "600\n")
        }
    }

    @Test("after kill -9 the next start reads on, and nothing is lost")
    func takesOver() async throws {
        try await Fixture.inDirectory { directory in
            try await Emitter.run(
                Self.start + """
                    emit first.jsonl 1280; for i in $(seq 50); do /bin/true; done
                    kill -9 $PID; wait $PID || true; for i in $(seq 50); do /bin/false || true; done
                    emit second.jsonl 1280 2; for i in $(seq 50); do /bin/uname >/dev/null; done; kill $PID; wait $PID
                    emit third.jsonl 1280 3; kill $PID; wait $PID
                    """, in: directory)
            let first = try Emitter.events("first.jsonl", in: directory)
            let second = try Emitter.events("second.jsonl", in: directory)
            #expect(count(first, "true") + count(second, "true") >= 50)
            #expect(count(second, "false") == 50)
            #expect(count(second, "uname") == 50)
            #expect(count(second, "exhaust-emitter") + count(second, PacctFollower.threadName) == 1)
            #expect(try Emitter.events("third.jsonl", in: directory).allSatisfy { count([$0], "uname") == 0 })
        }
    }

    @Test("a file that is removed or cut short is followed anew")
    func survivesMeddling() async throws {
        try await Fixture.inDirectory { directory in
            try await Emitter.run(
                Self.start + """
                    emit events.jsonl; /bin/true; sleep 0.5; rm state/pacct; sleep 0.7; /bin/false || true; sleep 0.5
                    : > state/pacct; sleep 0.5; /bin/uname > /dev/null; sleep 0.5; kill $PID; wait $PID
                    """, in: directory)
            let events = try Emitter.events("events.jsonl", in: directory)
            #expect(count(events, "true") == 1)
            #expect(count(events, "false") == 1)
            #expect(count(events, "uname") == 1)
            let log = try text("log", directory)
            #expect(log.contains("the accounting file was removed"))
            #expect(log.contains("the accounting file was cut short"))
        }
    }

    @Test("without the right to account the program says so and exits 77")
    func notPermitted() async throws {
        try await Fixture.inDirectory { directory in
            try await Emitter.run(
                """
                status=0; setpriv --bounding-set=-sys_pacct "$EMITTER" --to - --set file="$PWD/pacct" 2>log || status=$?
                [ $status = 77 ]
                """, in: directory)
            #expect(try text("log", directory).contains("run it as root or give it CAP_SYS_PACCT"))
        }
    }

    private func text(_ file: String, _ directory: TemporaryDirectory) throws -> String {
        String(decoding: try FileContent.read("\(directory.path)/\(file)"), as: UTF8.self)
    }
}
