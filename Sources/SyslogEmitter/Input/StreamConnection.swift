import ExhaustCore
import ExhaustRuntime
import Glibc

/// One TCP connection: what it sent and what waits for room in the outbox.
///
/// While records wait nothing is read, so that the sender feels the back-pressure through TCP's window.
final class StreamConnection {
    enum State {
        case open
        /// Everything there is now was read.
        case quiet
        case closed
    }

    let socket: Socket
    let origin: Origin
    private var decoder: FrameDecoder
    private var waiting: [TelemetryRecord] = []
    private(set) var isClosed = false

    init(socket: Socket, origin: Origin, messageLimit: Int) {
        self.socket = socket
        self.origin = origin
        decoder = FrameDecoder(limit: messageLimit)
    }

    /// How many records wait for room.
    var waitingCount: Int { waiting.count }
    /// Whether records wait for room.
    var isWaiting: Bool { !waiting.isEmpty }

    /// Reads once into `buffer`; `make` turns frames into records. A connection that ends gives its last frame, whole
    /// or not.
    func read(into buffer: UnsafeMutableRawBufferPointer, make: (Frame) -> TelemetryRecord) -> State {
        let count = Glibc.read(socket.descriptor, buffer.baseAddress, buffer.count)
        if count > 0 {
            waiting += decoder.append(UnsafeRawBufferPointer(rebasing: buffer[..<count])).map(make)
            return .open
        }
        if count < 0, errno == EAGAIN || errno == EINTR { return errno == EINTR ? .open : .quiet }
        end(make: make)
        return .closed
    }

    /// Gives what came of a last frame; `flaw` says why it may not be whole.
    func end(flaw: String? = nil, make: (Frame) -> TelemetryRecord) {
        guard !isClosed else { return }
        isClosed = true
        guard var frame = decoder.finish() else { return }
        frame.flaw = frame.flaw ?? flaw
        waiting.append(make(frame))
    }

    /// Hands records to `sink` until it is full; gives the number handed over.
    func deliver(to sink: any RecordSink) -> Int {
        var count = 0
        while count < waiting.count, sink.offer(waiting[count]) { count += 1 }
        waiting.removeFirst(count)
        return count
    }
}
