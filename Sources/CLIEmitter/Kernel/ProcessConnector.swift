import CLinux
import ExhaustCore
import Glibc

/// The kernel's proc connector: forks, execs, changes of user and exits, on the calling thread.
struct ProcessConnector {
    /// Room for some 60,000 events: the kernel counts about 1 KiB for each.
    private static let bufferBytes: Int32 = 64 << 20
    private let socket: Int32
    private let files: ProcessFiles
    private let readsExecs: Bool
    private var watch = SequenceWatch()
    private var events = [exhaust_process_event](repeating: exhaust_process_event(), count: 64)

    /// Subscribes; needs CAP_NET_ADMIN. Without `readsExecs` the execs are left to audit.
    init(readsExecs: Bool) throws(ExhaustError) {
        socket = exhaust_open_process_events(Self.bufferBytes)
        guard socket >= 0 else {
            throw ExhaustError(
                .notPermitted, errno: errno, "the kernel does not tell of processes",
                advice: "run as root or with CAP_NET_ADMIN, in the first network namespace; or set kernel: none")
        }
        self.readsExecs = readsExecs
        files = ProcessFiles()
    }

    func close() { _ = Glibc.close(socket) }

    /// The processes that run now; those that start meanwhile are in the socket.
    func running(at time: Timestamp) -> [KernelEvent] {
        files.all().map { KernelEvent(pid: $0, time: time, .found(files.details(of: $0))) }
    }

    func alive() -> Set<Int32> { Set(files.all()) }

    /// Waits for events, 100 ms at most, and takes some. `lost` is how many the kernel dropped before them.
    mutating func receive() -> (events: [KernelEvent], lost: Int) {
        var entry = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        guard poll(&entry, 1, 100) > 0 else { return ([], 0) }
        // An ENOBUFS is told once, and by the sequences exactly.
        let count = exhaust_receive_process_events(socket, &events, Int32(events.count))
        guard count > 0 else { return ([], 0) }
        let offset = MonotonicOffset.now()
        var result: [KernelEvent] = []
        var lost = 0
        for event in events[..<Int(count)] {
            lost += watch.note(cpu: event.cpu, sequence: event.sequence)
            guard let change = change(of: event) else { continue }
            result.append(KernelEvent(pid: event.pid, time: offset.time(ofMonotonic: event.time), change))
        }
        return (result, lost)
    }

    private func change(of event: exhaust_process_event) -> KernelEvent.Change? {
        switch event.change {
        case Int32(EXHAUST_PROCESS_FORK.rawValue): .fork(parent: event.parent)
        case Int32(EXHAUST_PROCESS_EXEC.rawValue): readsExecs ? .exec(files.details(of: event.pid)) : nil
        case Int32(EXHAUST_PROCESS_USER.rawValue): .users(real: event.real_user, effective: event.effective_user)
        case Int32(EXHAUST_PROCESS_EXIT.rawValue): .exit(status: event.status)
        default: nil
        }
    }
}

/// The clocks' distance, by which the kernel's stamps become times.
struct MonotonicOffset {
    private let offset: Duration

    static func now() -> MonotonicOffset {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        let monotonic = Timestamp(seconds: Int64(time.tv_sec), nanoseconds: Int64(time.tv_nsec))
        return MonotonicOffset(offset: Timestamp.now() - monotonic)
    }

    func time(ofMonotonic nanoseconds: UInt64) -> Timestamp {
        Timestamp(seconds: 0, nanoseconds: Int64(clamping: nanoseconds)) + offset
    }
}
