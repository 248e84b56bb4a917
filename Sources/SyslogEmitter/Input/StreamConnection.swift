import ExhaustCore
import ExhaustRuntime
import Glibc

/// One connection: what it sent and what waits for room in the outbox.
///
/// While records wait nothing is read, so that the sender feels the back-pressure through TCP's window. A sender that
/// sends more than it may feels it in the same way.
final class StreamConnection {
    enum Phase {
        /// TLS is being set up, until a deadline.
        case handshake(until: ContinuousClock.Instant)
        case open
        case closed
    }

    let socket: Socket
    private(set) var origin: Origin
    private(set) var phase: Phase
    private let tls: TLSSession?
    private var decoder: FrameDecoder
    private var waiting: [TelemetryRecord] = []
    private var isAskedToEnd = false
    /// Until when the sender has to be silent.
    private var rest: ContinuousClock.Instant?

    /// How long a peer has to complete a handshake.
    static let handshakeLimit = Duration.seconds(10)

    init(socket: Socket, tls: TLSSession? = nil, origin: Origin, messageLimit: Int) {
        self.socket = socket
        self.tls = tls
        self.origin = origin
        phase = tls == nil ? .open : .handshake(until: .now + Self.handshakeLimit)
        decoder = FrameDecoder(limit: messageLimit)
    }

    /// How many records wait for room.
    var waitingCount: Int { waiting.count }
    /// Whether records wait for room.
    var isWaiting: Bool { !waiting.isEmpty }
    /// Whether nothing more will come of it.
    var isClosed: Bool { if case .closed = phase { true } else { false } }
    /// What poll(2) shall wait for.
    var events: Int16 { tls?.events ?? Int16(POLLIN) }

    /// Whether it shall not be read at `now`.
    func isHeld(at now: ContinuousClock.Instant) -> Bool { isWaiting || rest.map { now < $0 } ?? false }

    /// Whether its handshake should be over at `now`.
    func isLate(at now: ContinuousClock.Instant) -> Bool {
        if case .handshake(let deadline) = phase { now >= deadline } else { false }
    }

    /// What has arrived and was not read, in bytes on the wire.
    var unreadBytes: Int {
        var count: Int32 = 0
        guard !isClosed, ioctl(socket.descriptor, UInt(FIONREAD), &count) == 0 else { return 0 }
        return Int(count)
    }

    /// Ends our half, which most senders watch; what they have sent by then can still be read. Once is enough.
    func askToEnd() {
        guard case .open = phase, !isAskedToEnd else { return }
        isAskedToEnd = true
        tls?.sayGoodbye()
        shutdown(socket.descriptor, Int32(SHUT_WR))
    }

    /// Lets the sender wait until `time`.
    func rest(until time: ContinuousClock.Instant) { rest = time }

    /// Goes on with the handshake; gives why the peer is refused, if it is.
    func shakeHands(at now: ContinuousClock.Instant) -> TLSSession.Refusal? {
        guard case .handshake(let deadline) = phase, let tls else { return nil }
        switch tls.shakeHands() {
        case .done(let peer):
            origin.tls = peer
            phase = .open
        case .again where now < deadline: break
        case .again:
            phase = .closed
            let limit = Self.handshakeLimit.components.seconds
            return TLSSession.Refusal(reason: "the handshake took longer than \(limit) s")
        case .refused(let refusal):
            phase = .closed
            return refusal
        }
        return nil
    }

    /// Reads once into `buffer`, which must have room for a TLS record, or poll(2) would not see what is left of one.
    /// `make` turns frames into records, and what comes of them waits for `deliver`. A connection that ends gives its
    /// last frame, whole or not. Gives the number of frames.
    func read(into buffer: UnsafeMutableRawBufferPointer, make: (Frame) -> TelemetryRecord?) -> Int {
        let result = if let tls { tls.read(into: buffer) } else { plainRead(into: buffer) }
        guard let count = result else { return 0 }
        guard count > 0 else {
            end(make: make)
            return 0
        }
        let frames = decoder.append(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        waiting += frames.compactMap(make)
        return frames.count
    }

    /// As `TLSSession.read`: 0 at the end, `nil` if there is nothing now.
    private func plainRead(into buffer: UnsafeMutableRawBufferPointer) -> Int? {
        let count = Glibc.read(socket.descriptor, buffer.baseAddress, buffer.count)
        if count < 0, errno == EAGAIN || errno == EINTR { return nil }
        return max(0, count)
    }

    /// Gives what came of a last frame; `flaw` says why it may not be whole.
    func end(flaw: String? = nil, make: (Frame) -> TelemetryRecord?) {
        guard !isClosed else { return }
        phase = .closed
        guard var frame = decoder.finish() else { return }
        frame.flaw = frame.flaw ?? flaw
        if let record = make(frame) { waiting.append(record) }
    }

    /// Hands records to `sink` until it is full; gives the number handed over.
    func deliver(to sink: any RecordSink) -> Int {
        let count = sink.offer(waiting)
        waiting.removeFirst(count)
        return count
    }
}
