import ExhaustBroker
import ExhaustCore
import ExhaustTestSupport
import Glibc
import Logging
import Synchronization

/// What one fault works with: a folder, the broker, and the processes that it started, which end with it.
final class Stage: Sendable {
    let folder: String
    let host: HostID
    private let brokers: Brokers
    private let undo = Mutex<[@Sendable () async -> Void]>([])

    init(folder: String, brokers: Brokers) throws {
        self.folder = folder
        self.brokers = brokers
        guard let host = HostID("web-01") else { throw ExhaustError(.software, "no host") }
        self.host = host
        guard mkdir(folder, 0o755) == 0 || errno == EEXIST else {
            throw ExhaustError(.cannotCreate, errno: errno, "cannot make", at: folder)
        }
    }

    /// The usual broker, which faults share.
    func broker() async throws -> PrivateBroker { try await brokers.usual(for: host) }

    /// A name for this fault's events.
    var label: String { folder.split(separator: "/").last.map(String.init) ?? folder }

    /// `body` runs when the fault is over, last one first.
    func finally(_ body: @escaping @Sendable () async -> Void) { undo.withLock { $0.append(body) } }

    /// Starts a program that ends with the fault.
    func start(
        _ command: [String], environment: [String: String] = [:], log: String
    ) throws -> ChildProcess {
        let child = try ChildProcess(command, environment: environment, output: "\(folder)/\(log).log")
        finally {
            child.signal(SIGCONT)
            child.signal(SIGKILL)
            _ = await child.wait(upTo: .seconds(5))
        }
        return child
    }

    /// Ends what the fault started and undoes what it did.
    func strike() async {
        while let body = undo.withLock({ $0.popLast() }) { await body() }
    }

    /// Writes a file into the folder and gives its path.
    func write(_ text: String, to name: String) throws -> String {
        let path = "\(folder)/\(name)"
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        guard descriptor >= 0 else { throw ExhaustError(.cannotCreate, errno: errno, "cannot create", at: path) }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
            throw ExhaustError(.inputOutput, errno: errno, "cannot write", at: path)
        }
        return path
    }
}

/// Waits until `condition` holds. When the fault's time is up it throws, with what it waited for.
func wait(
    for what: @autoclosure () -> String, _ condition: () async throws -> Bool
) async throws {
    while try await !condition() {
        do {
            try await Task.sleep(for: .milliseconds(20))
        } catch is CancellationError {
            throw ExhaustError(.unavailable, "the time is up: \(what())")
        }
    }
}

/// Whether the file at `path` has a line with `text`.
func file(_ path: String, contains text: String) -> Bool {
    guard let bytes = try? FileContent.read(path) else { return false }
    return String(decoding: bytes, as: UTF8.self).contains(text)
}

/// Logs of the harness's own connections say nothing that its lines do not.
let quiet = Logger(label: "faults") { _ in SwiftLogNoOpLogHandler() }
