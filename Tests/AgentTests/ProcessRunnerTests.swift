import Agent
import ExhaustCore
import Glibc
import Testing

@Suite("Processes", .timeLimit(.minutes(1))) struct ProcessRunnerTests {
    private func shell(_ script: String, timeout: Duration = .seconds(20)) async throws -> CommandResult {
        try await ProcessRunner(timeout: timeout, grace: .milliseconds(300)).run(Command("/bin/sh", ["-c", script]))
    }

    private func isAlive(_ pid: Int32) -> Bool {
        guard kill(pid, 0) == 0 else { return false }
        // A zombie that nobody has waited for is dead.
        let state = (try? FileContent.read("/proc/\(pid)/stat")).map { String(decoding: $0, as: UTF8.self) } ?? ""
        return !state.contains(") Z ")
    }

    @Test("Exit status and both outputs come back")
    func plain() async throws {
        let result = try await shell("echo out; echo err >&2; exit 3")
        #expect(result.end == .exited(3))
        #expect(result.output == "out\nerr")
        #expect(!result.succeeded)
    }

    @Test("A program that is not there is an error, not a result")
    func missing() async throws {
        await #expect(throws: (any Error).self) { try await ProcessRunner().run(Command("/nonexistent", [])) }
    }

    @Test("Arguments reach the program as they are; no shell reads them")
    func arguments() async throws {
        let result = try await ProcessRunner().run(Command("/usr/bin/printf", ["%s|", "$(id)", "a b", ";", "*"]))
        #expect(result.output == "$(id)|a b|;|*|")
    }

    @Test("The program has no input, little environment, a session of its own and no strange descriptors")
    func surroundings() async throws {
        let result = try await shell(
            "cat; env | sort | cut -d= -f1 | grep -v '^_$'; ls /proc/self/fd; ps -o sid= -p $$")
        let lines = result.output.split(whereSeparator: \.isWhitespace).map(String.init)
        #expect(lines.prefix(4) == ["HOME", "LANG", "PATH", "PWD"])
        // 0 to 2, and the one with which ls reads the folder.
        #expect(lines.dropFirst(4).prefix(4) == ["0", "1", "2", "3"])
        #expect(lines.count == 9)
        #expect(lines.last != "\(getsid(0))")
    }

    @Test("At the end of its time the whole group is killed, also what ignores SIGTERM")
    func timeoutKillsGroup() async throws {
        let start = ContinuousClock.now
        let result = try await shell(
            "trap '' TERM; (trap '' TERM; sleep 300) & echo $! $$; sleep 300", timeout: .milliseconds(400))
        #expect(result.end == .timedOut(.milliseconds(400)))
        #expect(ContinuousClock.now - start < .seconds(10))
        let pids = result.output.split(separator: " ").compactMap { Int32($0) }
        #expect(pids.count == 2)
        try await Task.sleep(for: .milliseconds(100))
        for pid in pids { #expect(!isAlive(pid)) }
    }

    @Test("A leader that goes at SIGTERM does not save a child that stays")
    func timeoutKillsStubbornChild() async throws {
        let result = try await shell(
            "(trap '' TERM; while :; do sleep 1; done) & echo $!; wait", timeout: .milliseconds(400))
        let pid = try #require(Int32(result.output))
        try await Task.sleep(for: .milliseconds(100))
        #expect(!isAlive(pid))
    }

    @Test("A daemon that keeps the output open does not hold up the result, and lives on, and may go on writing")
    func orphanedDaemon() async throws {
        let folder = try TemporaryFolder()
        let wait = "until [ -e go ]; do sleep 0.05; done"
        let daemon = "\(wait); i=0; while [ $i -lt 2000 ]; do i=$((i+1)); echo $(seq 300); done; touch done; sleep 60"
        let result = try await shell("cd \(folder.path); setsid sh -c '\(daemon)' & echo $! > pid; echo started")
        #expect(result == CommandResult(.exited(0), output: "started"))
        try folder.write("go", "")
        let pid = try #require(Int32(String(decoding: folder.read("pid").dropLast(), as: UTF8.self)))
        defer { kill(-pid, SIGKILL) }
        // It writes far past the end of its room, and is still there.
        for _ in 0..<200 where !folder.has("done") { try await Task.sleep(for: .milliseconds(100)) }
        #expect(folder.has("done"))
        #expect(isAlive(pid))
    }

    @Test("Much output costs little: the last 16 KiB are kept")
    func muchOutput() async throws {
        let result = try await shell("seq 1 100000; echo end >&2")
        #expect(result.output.utf8.count <= 16 * 1024)
        #expect(result.output.hasSuffix("end"))
        let flood = try await shell("dd if=/dev/zero bs=65536 count=64 2>/dev/null | tr '\\0' x; echo $?")
        #expect(flood.output.utf8.count <= 16 * 1024)
    }

    @Test("Control characters, escape sequences and turned text do not reach whoever reads the result")
    func cleaned() {
        let bytes: [UInt8] = Array("\u{1b}[31mred\u{1b}[0m\u{7}\r\n\ta\u{202e}b\u{85}c\u{0} é ".utf8) + [0xff, 0xfe]
        #expect(OutputText.clean(bytes) == "[31mred[0m\n\tabc é \u{fffd}\u{fffd}")
        #expect(OutputText.clean(Array("  \n\n x \t\n".utf8)) == "x")
        #expect(OutputText.clean([]) == "")
    }

    @Test("Random bytes become text without control characters")
    func cleanedRandom() {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<2_000 {
            let bytes = (0..<Int.random(in: 0...64, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            let text = OutputText.clean(bytes)
            let lines = text.replacing("\n", with: "").replacing("\t", with: "")
            #expect(lines.unicodeScalars.allSatisfy { $0.value >= 32 && !(127..<160).contains($0.value) })
        }
    }
}
