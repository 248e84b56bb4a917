import ExhaustCore
import ExhaustRuntime
import Glibc
import Logging
import Synchronization

@testable import SyslogEmitter

/// Receive loops on real sockets, on threads of their own.
final class LiveReceiver: Sendable {
    let sink: ListSink
    let listeners: [Listener]
    let counters = Counters()
    let log = ListLog()
    private let settings: Mutex<ReceiveLoop.Settings>
    private let isStopping = Atomic<Bool>(false)
    private let running = Atomic<Int>(0)

    /// Listens as `yaml` says, and hands over to `sink`. Messages of this process count as its own if `knowsOwn`.
    init(_ yaml: String, sink: ListSink = ListSink(), knowsOwn: Bool = false) throws {
        let configuration = try Self.configuration(yaml)
        self.sink = sink
        settings = Mutex(try Self.settings(configuration))
        let shares = try Listener.openAll(configuration)
        listeners = shares[0]
        let (counters, log) = (counters, log)
        for listeners in shares {
            running.add(1, ordering: .relaxed)
            try OSThread.start(named: "test-syslog") { [self] in
                ReceiveLoop(
                    listeners: listeners, settings: { self.settings.withLock { $0 } }, sink: sink,
                    logger: Logger(label: "test") { _ in log }, counters: counters,
                    own: OwnMessages(pid: knowsOwn ? getpid() : -1)
                ).run { isStopping.load(ordering: .acquiring) }
                running.subtract(1, ordering: .releasing)
            }
        }
    }

    /// Takes over another configuration, as at SIGHUP.
    func reload(_ yaml: String) throws {
        let new = try Self.settings(Self.configuration(yaml))
        settings.withLock { $0 = new }
    }

    private static func configuration(_ yaml: String) throws -> SyslogConfiguration {
        try YAMLReader.parse(yaml, file: "test").decode(SyslogConfiguration.self)
    }

    private static func settings(_ configuration: SyslogConfiguration) throws -> ReceiveLoop.Settings {
        var settings = configuration.loopSettings
        settings.tls = try configuration.tls.map { try TLSContext($0) }
        return settings
    }

    /// The port of the listener at `index`.
    func port(_ index: Int = 0) -> UInt16 { UInt16(listeners[index].port ?? 0) }

    /// Stops, and returns when the loops have ended.
    func stop() async throws {
        isStopping.store(true, ordering: .releasing)
        try await until { self.running.load(ordering: .acquiring) == 0 }
    }

    /// Waits for `count` records.
    func receive(_ count: Int) async throws { try await until { self.sink.records.count >= count } }
}

/// Looks every 2 ms whether `condition` holds; gives up with an error after a minute.
func until(_ condition: @Sendable () -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while !condition() {
        guard ContinuousClock.now < deadline else { throw ExhaustError(.unavailable, "waited for a minute in vain") }
        try await Task.sleep(for: .milliseconds(2))
    }
}

/// The sending side of a test.
final class Sender: Sendable {
    let descriptor: Int32

    /// A socket connected to a port of this machine.
    init(_ type: __socket_type, port: UInt16, ipv6: Bool = false) throws {
        descriptor = socket(ipv6 ? AF_INET6 : AF_INET, Int32(type.rawValue), 0)
        var storage = sockaddr_storage()
        if ipv6 {
            let address = sockaddr_in6(
                sin6_family: sa_family_t(AF_INET6), sin6_port: port.bigEndian, sin6_flowinfo: 0,
                sin6_addr: in6addr_loopback, sin6_scope_id: 0)
            withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: address, as: sockaddr_in6.self) }
        } else {
            let address = sockaddr_in(
                sin_family: sa_family_t(AF_INET), sin_port: port.bigEndian,
                sin_addr: in_addr(s_addr: UInt32(0x7f00_0001).bigEndian), sin_zero: (0, 0, 0, 0, 0, 0, 0, 0))
            withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: address, as: sockaddr_in.self) }
        }
        let size = ipv6 ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size
        try connect(&storage, size)
    }

    /// A datagram socket connected to a path.
    init(path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var storage = sockaddr_storage()
        storage.ss_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &storage) { $0[2...].copyBytes(from: path.utf8) }
        try connect(&storage, 2 + path.utf8.count + 1)
    }

    private func connect(_ storage: inout sockaddr_storage, _ size: Int) throws {
        let status = withUnsafeBytes(of: &storage) { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) { Glibc.connect(descriptor, $0.baseAddress, socklen_t(size)) }
        }
        if status != 0 { throw ExhaustError(.unavailable, errno: errno, "cannot connect") }
    }

    deinit { close() }

    func send(_ text: String) {
        let bytes = Array(text.utf8)
        Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// Ends the sending half; what was sent arrives.
    func finish() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Whether the other side has closed the connection.
    var isClosedByPeer: Bool {
        var byte: UInt8 = 0
        return recv(descriptor, &byte, 1, Int32(MSG_DONTWAIT)) == 0
    }

    private func close() { Glibc.close(descriptor) }
}

/// A folder that is removed in the end.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        var template = Array(("/tmp/exhaust-syslog-" + String(repeating: "X", count: 6)).utf8CString)
        guard mkdtemp(&template) != nil else { throw ExhaustError(.cannotCreate, errno: errno, "no temporary folder") }
        path = String(decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        guard let directory = opendir(path) else { return }
        while let entry = readdir(directory) {
            withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { _ = unlinkat(dirfd(directory), $0, 0) }
            }
        }
        closedir(directory)
        rmdir(path)
    }
}

/// Keeps what is logged, as text.
final class ListLog: LogHandler {
    private let lines = Mutex<[String]>([])
    var logLevel: Logger.Level {
        get { .info }
        set {}
    }
    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    /// The lines so far: the message, and the values in the order of their keys.
    var text: [String] { lines.withLock { $0 } }

    func log(event: LogEvent) {
        let values = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }
        lines.withLock { $0.append("\(event.message)" + values.joined()) }
    }
}
