import ExhaustCore
import ExhaustRuntime

/// Reads what the two directions of a connection say, in order.
struct HandshakeReader {
    let settings: HandshakeSettings
    let communityID: CommunityID

    /// The most bytes of a hello that are kept.
    static let helloLimit = 8192

    /// Whether the client sent `payload`, if that looks like the start of something; nil if it does not.
    func isSentByClient(_ payload: FrameBytes) -> Bool? {
        if settings.tls, TLSOpening.isHello(payload) { return payload.uint8(5) == TLSOpening.clientHello }
        guard settings.http != .off, payload.count >= 16, HTTPHead.mayBegin(payload) else { return nil }
        return payload.uint8(4) != UInt8(ascii: "/")
    }

    /// Takes the next bytes of a direction; false if nothing more is to be told of the connection.
    func take(
        _ chunk: SegmentOrder.Chunk, _ isClient: Bool, _ stream: inout HandshakeStream, at time: Timestamp,
        _ emit: (TelemetryRecord) -> Void
    ) -> Bool {
        switch stream.phase {
        case .done: return true
        case .fresh:
            guard !chunk.isAfterHole, chunk.bytes.count > 0 else { return false }
            if settings.tls, chunk.bytes.uint8(0) == 0x16 {
                stream.phase = .tls(HelloExchange(endpoints: stream.endpoints))
            } else if settings.http != .off, HTTPHead.mayBegin(chunk.bytes) {
                stream.phase = .http([])
            } else {
                return false
            }
            return take(chunk, isClient, &stream, at: time, emit)
        case .tls(var exchange):
            let isClosed = takeHello(chunk, isClient, &stream, &exchange, at: time, emit)
            stream.phase = isClosed ? .done : .tls(exchange)
            return true
        case .http(var requests):
            // The list is changed in one place alone.
            stream.phase = .http([])
            let goesOn = takeHTTP(chunk, isClient, &stream, &requests, at: time, emit)
            stream.phase = .http(requests)
            return goesOn
        }
    }

    /// Tells of what is under way in a connection that ends, or is given up.
    func finish(
        _ stream: inout HandshakeStream, _ state: HelloExchange.State, at time: Timestamp,
        _ emit: (TelemetryRecord) -> Void
    ) {
        switch stream.phase {
        case .fresh, .done: break
        case .tls(var exchange):
            readClient(&stream.client, &exchange, isFinal: true, at: time)
            if exchange.client != nil { emit(exchange.record(state, at: time, communityID)) }
        case .http(let requests):
            for request in requests { emit(request.record(nil, at: time, self)) }
        }
        stream.phase = .done
        (stream.client.head, stream.server.head) = ([], [])
    }
}

// TLS
extension HandshakeReader {
    /// Takes bytes of a hello; true once both, or what came in place of the server's, are there and told.
    private func takeHello(
        _ chunk: SegmentOrder.Chunk, _ isClient: Bool, _ stream: inout HandshakeStream,
        _ exchange: inout HelloExchange, at time: Timestamp, _ emit: (TelemetryRecord) -> Void
    ) -> Bool {
        let isFinal = chunk.isAfterHole || chunk.isCut
        if isClient {
            guard exchange.client == nil else { return false }
            if !chunk.isAfterHole { stream.client.append(chunk.bytes, Self.helloLimit, at: time) }
            readClient(&stream.client, &exchange, isFinal: isFinal, at: time)
            return false
        }
        readClient(&stream.client, &exchange, isFinal: true, at: time)
        // After a hole, only what is a start in itself can be read.
        if chunk.isAfterHole { stream.server.head = [] }
        if !chunk.isAfterHole || TLSOpening.isHello(chunk.bytes) {
            stream.server.append(chunk.bytes, Self.helloLimit, at: time)
        }
        let state = readServer(&stream.server, &exchange, isFinal: isFinal)
        guard let state else { return false }
        if exchange.client != nil || exchange.server != nil {
            emit(exchange.record(state, at: time, communityID))
        }
        (stream.client.head, stream.server.head) = ([], [])
        return true
    }

    private func readClient(
        _ side: inout HandshakeStream.Side, _ exchange: inout HelloExchange, isFinal: Bool, at time: Timestamp
    ) {
        guard exchange.client == nil, !side.head.isEmpty else { return }
        let isFinal = isFinal || side.head.count >= Self.helloLimit
        let opening = side.head.withUnsafeBytes { TLSOpening(FrameBytes($0), isFinal: isFinal) }
        guard case .message(TLSOpening.clientHello, let body, let isWhole) = opening else { return }
        exchange.client = body.withUnsafeBytes { TLSHello(FrameBytes($0), isServer: false, isWhole: isWhole) }
        (exchange.started, exchange.asked) = (side.headStarted, time)
        side.head = []
    }

    /// What the server's bytes say; nil if more are needed to tell.
    private func readServer(
        _ side: inout HandshakeStream.Side, _ exchange: inout HelloExchange, isFinal: Bool
    ) -> HelloExchange.State? {
        guard !side.head.isEmpty else { return .unseen }
        let isFinal = isFinal || side.head.count >= Self.helloLimit
        switch side.head.withUnsafeBytes({ TLSOpening(FrameBytes($0), isFinal: isFinal) }) {
        case .more: return nil
        case .message(TLSOpening.serverHello, let body, let isWhole):
            exchange.server = body.withUnsafeBytes { TLSHello(FrameBytes($0), isServer: true, isWhole: isWhole) }
            return .answered
        case .alert(let description):
            exchange.alert = description
            return .alert
        case .message, .other: return .notTLS
        }
    }
}

// HTTP
extension HandshakeReader {
    /// The most requests that wait for answers in a connection.
    private static let requestLimit = 32

    /// Takes bytes of requests or answers. A head is looked for where a segment begins, and behind a message that ends
    /// in the same segment; bodies are passed over unread. False once the connection is no longer HTTP.
    private func takeHTTP(
        _ chunk: SegmentOrder.Chunk, _ isClient: Bool, _ stream: inout HandshakeStream,
        _ requests: inout [HTTPExchange], at time: Timestamp, _ emit: (TelemetryRecord) -> Void
    ) -> Bool {
        var side = stream[isClient]
        stream[isClient] = HandshakeStream.Side()
        defer { stream[isClient] = side }
        if chunk.isAfterHole { side.head = [] }
        if side.head.isEmpty {
            guard HTTPHead.mayBegin(chunk.bytes) else { return true }
            side.headStarted = time
        }
        let bytes = side.head + chunk.bytes.bytes
        side.head = []
        return bytes.withUnsafeBytes { buffer in
            var rest = FrameBytes(buffer)
            while rest.count > 0, HTTPHead.mayBegin(rest) {
                let isFinal = chunk.isCut || rest.count >= HTTPHead.limit
                guard HTTPHead.end(of: rest) != nil || isFinal else {
                    side.head = Array(rest.bytes)
                    return true
                }
                guard let head = HTTPHead(rest.slice(0, HTTPHead.limit)) else { return true }
                guard take(head, of: stream.endpoints, side.headStarted, &requests, at: time, emit) else {
                    return false
                }
                guard let body = head.bodyLength, body < rest.count - head.length else { return true }
                rest = rest.slice(head.length + body)
                side.headStarted = time
            }
            return true
        }
    }

    /// Takes a head; false if the connection is something else from now on.
    private func take(
        _ head: HTTPHead, of endpoints: Endpoints, _ started: Timestamp?, _ requests: inout [HTTPExchange],
        at time: Timestamp, _ emit: (TelemetryRecord) -> Void
    ) -> Bool {
        guard case .response(let status) = head.start else {
            if requests.count >= Self.requestLimit { emit(requests.removeFirst().record(nil, at: time, self)) }
            requests.append(HTTPExchange(endpoints: endpoints, request: head, started: started, asked: time))
            return true
        }
        // Of the provisional answers, 101 is the last that is HTTP.
        guard status >= 200 || status == 101 else { return true }
        let asked = requests.isEmpty ? HTTPExchange(endpoints: endpoints) : requests.removeFirst()
        emit(asked.record(head, at: time, self))
        if case .request("CONNECT", _) = asked.request?.start, status < 300 { return false }
        return status != 101
    }
}

extension HandshakeStream.Side {
    /// Adds bytes to the head, up to `limit`.
    mutating func append(_ bytes: FrameBytes, _ limit: Int, at time: Timestamp) {
        if head.isEmpty { headStarted = time }
        head += bytes.slice(0, limit - head.count).bytes
    }
}
