import ExhaustCore
import ExhaustTestSupport
import Glibc
import Testing

@testable import CLIEmitter

/// Shells, hooks, kernel, emitter: nothing is replaced.
@Suite("Sessions through the whole emitter", .serialized, .timeLimit(.minutes(3)), .enabled(if: getuid() == 0))
struct SessionTests {
    @Test(
        "each line that is typed is one event, with its exit code, folder and user",
        arguments: HookFiles.Shell.allCases.map(\.rawValue))
    func lines(shell: String) async throws {
        let lines = ["bash": SessionLine.bash, "zsh": SessionLine.zsh][shell] ?? SessionLine.fish
        guard [shell, "sudo", "su"].allSatisfy(ShellSession.has) else { return }
        let session = try await EmitterSession { ["--to", "\($0.path)/events"] }
        guard try await session.seesPrograms() else {
            print("skipped: the kernel does not tell of processes")
            return
        }
        let terminal = try await session.start(shell)
        let before = try session.events().count
        for line in lines { try await type(line, terminal) }
        // What no report came for waits for one, two seconds; the last of these ends the shell.
        let deadline = ContinuousClock.now + .seconds(20)
        while try session.events().count(where: { $0.isHookMissing && $0.status == 3 }) == 0,
            ContinuousClock.now < deadline
        {
            try await Task.sleep(for: .milliseconds(500))
        }
        withExtendedLifetime(terminal) {}
        #expect(await session.stop() == 0)
        let events = Array(try session.events().dropFirst(before))
        guard events.allSatisfy({ $0.data["exhaust.cli.id"] != nil }) else {
            print("skipped: the kernel dropped events, which a gap counts")
            return
        }
        try expectSchema(events)
        // What the shells told of, what they ran, and what they became; others use the machine as well.
        let shells = Set(events.compactMap(\.shell))
        let own = events.filter { event in
            event.shell != nil || [event.pid, event.parent].contains { $0.map(shells.contains) == true }
        }
        for line in lines { expect(line, in: own) }
        // What a shell runs for a line is the line's, and nothing else is.
        #expect(own.count(where: \.isHookMissing) == lines.count(where: \.isHookOff))
        #expect(own.count { $0.shell != nil } == lines.count { !$0.isHookOff })
        // What a script runs is an event of its own.
        #expect(events.count { $0.line == "sleep 0.2173" && !$0.isHookMissing } == 1)
    }

    private func type(_ line: SessionLine, _ terminal: Terminal) async throws {
        // What runs within a second after a prompt is taken for the prompt's, and it takes two looks to see the prompt.
        if line.isHookOff { try await Task.sleep(for: .seconds(2)) }
        terminal.type(line.text.replacing("\n", with: "\r") + "\r")
        if let text = line.interruptAfter {
            try await terminal.wait(for: text)
            // The program may write before the shell has given it the terminal, and so its Ctrl-C; then once more.
            terminal.type("\u{3}")
            if (try? await terminal.wait(for: "<ready:130>", limit: .seconds(3))) != nil { return }
            terminal.type("\u{3}")
        }
        if line.isLast { return }
        try await terminal.wait(for: "<ready:\(line.shows ?? line.status ?? 0)>")
    }

    private func expect(_ line: SessionLine, in events: [EmitterSession.Event]) {
        // The kernel has words, which quotes and `exec` are not among.
        let text = line.isHookOff ? line.text.replacing("'", with: "").replacing("exec ", with: "") : line.text
        let found = events.filter { $0.line == text }
        #expect(found.count == 1, "\(text): \(found.count) events")
        guard let event = found.first else { return }
        #expect(event.status == line.status, "\(text)")
        #expect(event.folder == line.folder && event.user == line.user, "\(text): \(event.data)")
        #expect(event.isHookMissing == line.isHookOff, "\(text): \(event.data)")
        #expect(event.data["exhaust.cli.state"] == "ended" && event.data["exhaust.cli.tty"] != nil, "\(text)")
        guard !line.isHookOff else { return }
        // A shell that is another program a moment later may be gone before the kernel's word of its user is read.
        let claims: [Value] = line.text.hasPrefix("ex") ? ["verified", "unverified"] : ["verified"]
        let claim = event.data["exhaust.cli.claim"] ?? .null
        #expect(event.views.contains("hook") && claims.contains(claim), "\(text): \(event.data)")
        if let programs = line.programs { #expect(event.programs == programs, "\(text)") }
    }

    private func expectSchema(_ events: [EmitterSession.Event]) throws {
        let schema = try JSONReader.parse(FileContent.read("docs/schemas/exhaust.cli.json"))
        let data = try #require(schema["properties"]?["data"])
        var check = SchemaCheck()
        for event in events { check.check(event.data, data) }
        #expect(check.problems == [])
    }
}
