import ExhaustCore
import ExhaustRuntime
import Glibc
import Testing

@testable import SyslogEmitter

@Suite("Files", .timeLimit(.minutes(3)))
struct FileFollowerTests {
    private let bench: SourceBench

    init() throws { bench = try SourceBench() }

    private static let log = "[{path: DIR/log, format: plain, from: start}]"

    @Test("lines of a file come as it grows, with the file, the inode and the offset")
    func grows() async throws {
        bench.append("one\n", to: "log")
        try await bench.following("[{path: DIR/log, format: plain, from: start, app_name: app}]") {
            try await bench.wait(["one"])
            bench.append("tw", to: "log")
            bench.append("o\nthree\n", to: "log")
            try await bench.wait(["one", "two", "three"])
        }
        #expect(bench.outlet.messages == ["one", "two", "three"])
        let event = bench.outlet.events[1]
        #expect(event.data["log.file.path"] == .string(bench.path("log")))
        #expect(event.data["exhaust.file.offset"] == 4)
        #expect(
            event.data["exhaust.file.inode"]?.int
                == OpenFile.State(path: bench.path("log")).map { Int64($0.identity.inode) })
        #expect(event.data["exhaust.syslog.format"] == "plain")
        #expect(event.data["log.syslog.appname"] == "app")
    }

    @Test("from: end passes over what is there, but not a file that comes later, nor a line that is being written")
    func fromEnd() async throws {
        bench.append("old\nhal", to: "a.log")
        try await bench.following("[{path: DIR/*.log, format: plain}]") {
            try await until { access(bench.path("position"), F_OK) == 0 }
            bench.append("f\n", to: "a.log")
            bench.append("new\n", to: "b.log")
            try await bench.wait(["half", "new"])
        }
        #expect(Set(bench.outlet.messages) == ["half", "new"])
        bench.append("while away\n", to: "c.log")
        bench.append("a\n", to: "d.log.gz")
        try await bench.following("[{path: DIR/*.log, format: plain}]") {
            try await bench.wait(["half", "new", "while away"])
        }
        #expect(bench.outlet.messages.count == 3)
    }

    @Test("a renamed file is read to its end before its successor")
    func rotation() async throws {
        try await bench.following("[{path: DIR/log*, format: plain, from: start}]") {
            for round in 0..<5 {
                for line in 0..<200 { bench.append("\(round) \(line)\n", to: "log") }
                bench.rename("log", "log.\(round)")
                bench.append("\(round) late\n", to: "log.\(round)")
            }
            try await until { bench.outlet.messages.count >= 1005 }
        }
        let expected = (0..<5).flatMap { round in (0..<200).map { "\(round) \($0)" } + ["\(round) late"] }
        #expect(bench.outlet.messages.sorted() == expected.sorted())
    }

    @Test("rotated while nobody looked: the renamed file is read on, then its successor")
    func rotatedWhileAway() async throws {
        bench.append("one\n", to: "log")
        try await bench.following(Self.log) { try await bench.wait(["one"]) }
        bench.append("two\n", to: "log")
        bench.rename("log", "log.1")
        bench.append("three\n", to: "log")
        try await bench.following(Self.log) { try await bench.wait(["one", "two", "three"]) }
        #expect(bench.outlet.messages == ["one", "two", "three"])
        #expect(bench.gaps.records.isEmpty)
    }

    @Test("a file that is cut short is read from its start")
    func truncation() async throws {
        bench.append("one\ntwo\n", to: "log")
        try await bench.following(Self.log) {
            try await bench.wait(["one", "two"])
            bench.rewrite("x\n", to: "log")
            try await bench.wait(["one", "two", "x"])
            bench.rewrite("longer than it was before\n", to: "log")
            try await bench.wait(["one", "two", "x", "longer"])
        }
        #expect(bench.outlet.messages == ["one", "two", "x", "longer than it was before"])
        #expect(bench.gaps.records.isEmpty)
    }

    @Test("what a file still held when it went is told as a gap")
    func loss() async throws {
        bench.append("one\n", to: "log")
        bench.outlet.confirm(false)
        let task = try bench.follow(Self.log, goodbye: .zero)
        try await bench.wait(["one"])
        try await Task.sleep(for: .milliseconds(100))
        task.cancel()
        bench.outlet.confirm(true)
        try await task.value
        let book = try #require(try JSONReader.parse(FileContent.read(bench.path("position")))["files"]?.list?.first)
        #expect(book["offset"] == 4)
        // As it is after a crash, when nothing of a file was confirmed.
        var position = try #require(FilePosition(book))
        position.offset = 0
        var other = try PositionBook(bench.path("position"), boot: "boot")
        other.resting = [position.identity: position]
        try other.save(bench.path("position"), boot: "boot", open: [])
        unlink(bench.path("log"))
        try await bench.following(Self.log) { try await until { !bench.gaps.records.isEmpty } }
        #expect(bench.gaps.records.first?.data["kind"] == "syslog.file_lost")
    }

    @Test("an inode that is used again is another file")
    func inodeReuse() async throws {
        bench.append("one\n", to: "log")
        try await bench.following(Self.log) { try await bench.wait(["one"]) }
        let before = OpenFile.State(path: bench.path("log"))
        bench.rewrite("two\n", to: "log")
        #expect(OpenFile.State(path: bench.path("log"))?.identity == before?.identity)
        try await bench.following(Self.log) { try await bench.wait(["one", "two"]) }
        #expect(bench.outlet.messages == ["one", "two"])
        #expect(Set(bench.outlet.events.map(\.source)).count == 2)
    }

    @Test("a deleted file is read to its end")
    func deleted() async throws {
        try await bench.following(Self.log) {
            bench.append("one\n", to: "log")
            try await bench.wait(["one"])
            let descriptor = open(bench.path("log"), O_WRONLY | O_APPEND)
            unlink(bench.path("log"))
            _ = "two\n".withCString { write(descriptor, $0, 4) }
            close(descriptor)
            try await bench.wait(["one", "two"])
        }
        #expect(bench.outlet.messages == ["one", "two"])
    }

    @Test("what was not confirmed comes again under its old name, and only within one boot")
    func names() async throws {
        bench.append("one\ntwo\n", to: "log")
        bench.outlet.confirm(false)
        // Ends as a killed one does: nothing is confirmed.
        let task = try bench.follow(Self.log, goodbye: .zero)
        try await bench.wait(["one", "two"])
        task.cancel()
        try await task.value
        bench.append("three\n", to: "log")
        bench.outlet.confirm(true)
        try await bench.following(Self.log) { try await until { bench.outlet.messages.count == 5 } }
        let names = bench.outlet.events.map { "\($0.source) \($0.id)" }
        #expect(bench.outlet.messages == ["one", "two", "one", "two", "three"])
        #expect(names[0] == names[2] && names[1] == names[3])
        #expect(Set(names).count == 3)
        bench.append("four\n", to: "log")
        try await bench.following(Self.log, boot: "another") { try await until { bench.outlet.messages.count == 6 } }
        #expect(bench.outlet.events[5].source != bench.outlet.events[4].source)
        #expect(bench.outlet.events[5].id == "1")
    }

    @Test("a group of lines that was ended by time ends there again after a crash")
    func cuts() async throws {
        let yaml = "[{path: DIR/log, format: plain, from: start, multiline: {indented: true}}]"
        bench.append("one\n a\n", to: "log")
        bench.outlet.confirm(false)
        let task = try bench.follow(yaml, goodbye: .zero)
        try await bench.wait(["one\n a"])
        bench.append(" b\ntwo\n", to: "log")
        try await bench.wait(["one\n a", " b"])
        task.cancel()
        try await task.value
        let seen = bench.outlet.events.count
        bench.outlet.confirm(true)
        try await bench.following(yaml) { try await until { bench.outlet.events.count >= seen + 3 } }
        #expect(Array(bench.outlet.messages.suffix(3)) == ["one\n a", " b", "two"])
        let names = bench.outlet.events.map { "\($0.source) \($0.id)" }
        #expect(names[0] == names[seen] && names[1] == names[seen + 1])
    }

    @Test("no more files are open than may be")
    func manyFiles() async throws {
        for number in 0..<60 { bench.append("\(number)\n", to: "\(number).log") }
        try await bench.following("[{path: DIR/*.log, format: plain, from: start}]", openFiles: 8) {
            try await until { bench.outlet.messages.count == 60 }
            bench.append("again\n", to: "7.log")
            try await until { bench.outlet.messages.count == 61 }
        }
        #expect(Set(bench.outlet.messages).count == 61)
    }

    @Test("files wait while nothing is taken, and nothing of them is lost")
    func backPressure() async throws {
        bench.outlet.take(false)
        let lines = (0..<8000).map { "\($0) " + String(repeating: "x", count: 300) }
        for part in stride(from: 0, to: lines.count, by: 1000) {
            bench.append(lines[part..<part + 1000].joined(separator: "\n") + "\n", to: "log")
        }
        try await bench.following(Self.log) {
            try await Task.sleep(for: .milliseconds(300))
            bench.outlet.take(true)
            try await until { bench.outlet.messages.count >= lines.count }
        }
        #expect(bench.outlet.messages == lines)
    }

    @Test("whatever happens, every line comes, and a name means one message", arguments: [1, 2, 3] as [UInt64])
    func everything(seed: UInt64) async throws {
        let yaml = "[{path: DIR/log*, format: plain, from: start, multiline: {indented: true}}]"
        var random = SeededGenerator(seed: seed)
        var (written, rotations) = (0, 0)
        for _ in 0..<12 {
            bench.outlet.confirm(Bool.random(using: &random))
            let task = try bench.follow(yaml, goodbye: .zero)
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                switch Int.random(in: 0...3, using: &random) {
                case 0:
                    rotations += 1
                    bench.rename("log", "log.\(rotations)")
                case 1: try await Task.sleep(for: .milliseconds(Int.random(in: 1...60, using: &random)))
                default:
                    for _ in 0..<Int.random(in: 1...20, using: &random) {
                        let isContinued = Bool.random(using: &random)
                        bench.append("\(written)\n" + (isContinued ? " more \(written)\n" : ""), to: "log")
                        written += 1
                    }
                }
            }
            task.cancel()
            try await task.value
        }
        bench.outlet.confirm(true)
        let count = written
        try await bench.following(yaml) { try await until { Set(bench.firstLines).count >= count } }
        #expect(Set(bench.firstLines) == Set((0..<written).map(String.init)))
        var meanings: [String: String] = [:]
        for event in bench.outlet.events {
            let text = event.data["message"]?.string
            let name = "\(event.source) \(event.id)"
            #expect(meanings.updateValue(text ?? "", forKey: name).map { $0 == text } ?? true)
        }
        // Names never change here: no boot, no cut.
        #expect(Set(meanings.values).count == meanings.count)
        #expect(bench.gaps.records.isEmpty)
    }
}
