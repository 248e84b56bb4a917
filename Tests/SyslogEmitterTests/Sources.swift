import ExhaustCore
import ExhaustRuntime
import Glibc
import Logging
import Synchronization

@testable import SyslogEmitter

/// An outlet that keeps what it got and confirms it, unless it is told not to.
final class KeepingOutlet: EventOutlet {
    private let state = Mutex<(events: [Event], confirms: Bool, takes: Bool)>(([], true, true))
    private let changed = Signal()

    var events: [Event] { state.withLock { $0.events } }
    var messages: [String] { events.compactMap { $0.data["message"]?.string } }

    /// Whether what comes is confirmed; what was not confirmed is confirmed then.
    func confirm(_ confirms: Bool) {
        state.withLock { $0.confirms = confirms }
        changed.notify()
    }

    /// Whether anything is taken.
    func take(_ takes: Bool) {
        state.withLock { $0.takes = takes }
        changed.notify()
    }

    func enqueue(_ events: [Event]) async throws -> Receipt {
        try await wait { $0.takes }
        state.withLock { $0.events += events }
        return Receipt { [self] in try await wait { $0.confirms } }
    }

    private func wait(_ holds: ((events: [Event], confirms: Bool, takes: Bool)) -> Bool) async throws {
        while true {
            let seen = changed.count
            if state.withLock({ holds($0) }) { return }
            try Task.checkCancellation()
            await changed.wait(past: seen)
        }
    }

    func close() async {}
}

let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// A place for files that are followed, and what comes of them.
final class SourceBench: Sendable {
    let folder: TemporaryFolder
    let outlet = KeepingOutlet()
    let gaps = ListSink()

    init() throws { folder = try TemporaryFolder() }

    func path(_ name: String) -> String { "\(folder.path)/\(name)" }

    /// Makes ways out to the outlet.
    var feeds: @Sendable (Numbering?) throws -> Feed {
        { [outlet] in
            try Feed(
                $0, host: .localhost, role: "emitter-syslog", type: .syslog, outlet: outlet, counters: Counters())
        }
    }

    /// Appends to a file, which is made if there is none.
    func append(_ text: String, to name: String) { write(text, to: name, O_APPEND) }

    /// Writes a file anew, in place.
    func rewrite(_ text: String, to name: String) { write(text, to: name, O_TRUNC) }

    private func write(_ text: String, to name: String, _ flag: Int32) {
        let descriptor = open(path(name), O_WRONLY | O_CREAT | flag, 0o600)
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        Glibc.write(descriptor, bytes, bytes.count)
    }

    func rename(_ old: String, _ new: String) { Glibc.rename(path(old), path(new)) }

    func rules(_ yaml: String) throws -> [FileRule] {
        try YAMLReader.parse(yaml.replacing("DIR", with: folder.path), file: "test").decode([FileRule].self)
    }

    /// A follower of what `yaml` names, at work until the task is cancelled.
    func follow(
        _ yaml: String, openFiles: Int = 256, boot: String = "boot", goodbye: Duration = .seconds(5)
    ) throws -> Task<Void, any Error> {
        let (rules, feeds, gaps, state) = (try rules(yaml), feeds, gaps, path("position"))
        return Task {
            try await withThread(named: "test-files") {
                try await FileFollower(
                    rules: rules, openFiles: openFiles, stateFile: state, boot: boot,
                    settings: { .init(records: FileRecords(maker: Fixtures.maker), messageBytes: 1000) }, feeds: feeds,
                    gaps: gaps, logger: silent, goodbye: goodbye
                ).run()
            }
        }
    }

    /// Does something while files are followed, then stops.
    func following(
        _ yaml: String, openFiles: Int = 256, boot: String = "boot", _ body: () async throws -> Void
    ) async throws {
        let task = try follow(yaml, openFiles: openFiles, boot: boot)
        do { try await body() } catch {
            task.cancel()
            throw error
        }
        task.cancel()
        try await task.value
    }

    /// The first lines of the messages that came.
    var firstLines: [String] {
        outlet.messages.map { String($0.prefix { $0 != "\n" }) }.filter { !$0.hasPrefix(" ") }
    }

    /// Waits for messages.
    func wait(_ messages: [String]) async throws {
        try await until { self.outlet.messages.count >= messages.count }
    }
}
