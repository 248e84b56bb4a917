import ExhaustCore
import ExhaustRuntime
import NetEmitter

/// What libFuzzer calls with each input: the bytes that a client or a server says, in order, and then as segments of
/// any order and length. A trap is a finding, and so is a promise that does not hold; `make fuzz` runs it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTLS(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    let bytes = Array(UnsafeRawBufferPointer(start: data, count: size))
    // A hello may come after other talk, so that a cut may bring one to light.
    for isClient in bytes.first == 0x16 ? [true, false] : [] {
        let whole = told([Segment(isClient: isClient, sequence: 1, bytes: bytes[...])], isOpened: true)
        let middle = size / 2
        let parts = [0..<middle, middle..<size].map { part in
            Segment(isClient: isClient, sequence: UInt32(1 + part.lowerBound), bytes: bytes[part])
        }
        precondition(whole == told(parts, isOpened: true), "where the stream is cut makes a difference")
        precondition(whole == told(parts.reversed(), isOpened: true), "the order of segments makes a difference")
    }
    _ = told(segments(of: bytes), isOpened: false)
    return 0
}

private struct Segment {
    let isClient: Bool
    let sequence: UInt32
    let bytes: ArraySlice<UInt8>
    var flags: UInt8 = 0x10

    /// As an IPv4 packet.
    var frame: [UInt8] {
        let ports: [UInt16] = isClient ? [40_000, 443] : [443, 40_000]
        let ends: [UInt8] = isClient ? [192, 0, 2, 1, 198, 51, 100, 2] : [198, 51, 100, 2, 192, 0, 2, 1]
        let sequence = word(UInt16(sequence >> 16)) + word(UInt16(truncatingIfNeeded: sequence))
        let tcp = ports.flatMap { word($0) } + sequence + [0, 0, 0, 0, 0x50, flags, 1, 0, 0, 0, 0, 0] + bytes
        return [0x45, 0] + word(UInt16(clamping: tcp.count + 20)) + [0, 0, 0, 0, 64, 6, 0, 0] + ends + tcp
    }

    private func word(_ number: UInt16) -> [UInt8] { [UInt8(number >> 8), UInt8(truncatingIfNeeded: number)] }
}

/// Segments as the input has them: a byte says who and how far ahead, the next how long.
private func segments(of bytes: [UInt8]) -> [Segment] {
    var segments: [Segment] = []
    var (place, next) = (0, [UInt32(1), UInt32(1)])
    while place + 2 <= bytes.count {
        let control = bytes[place]
        let side = Int(control & 1)
        let part = place + 2..<min(place + 2 + Int(bytes[place + 1]), bytes.count)
        let sequence = next[side] &+ UInt32(control >> 4) * 8
        segments.append(Segment(isClient: side == 0, sequence: sequence, bytes: bytes[part]))
        if control >> 4 == 0 { next[side] &+= UInt32(part.count) }
        place = part.upperBound
    }
    return segments
}

/// What is told of a connection: TLS, and with any segments HTTP, too.
private func told(_ segments: [Segment], isOpened: Bool) -> [ValueMap] {
    var settings = HandshakeSettings()
    settings.http = isOpened ? .off : .query
    settings.streamBytes = 20_000
    var (parser, tracker) = (PacketParser(), HandshakeTracker(settings))
    var told: [ValueMap] = []
    let emit: (TelemetryRecord) -> Void = {
        precondition(JSONWriter.bytes(of: .map($0.data)).count < 60_000, "the event is too large")
        told.append($0.data)
    }
    let opening = [
        Segment(isClient: true, sequence: 0, bytes: [], flags: 0x02),
        Segment(isClient: false, sequence: 0, bytes: [], flags: 0x12),
    ]
    for segment in (isOpened ? opening : []) + segments {
        segment.frame.withUnsafeBytes { bytes in
            let packet = parser.parse(
                FrameBytes(bytes), linkType: .ipv4, time: Timestamp(seconds: 1), frameLength: bytes.count)
            guard let packet else { return }
            tracker.take(packet, emit)
        }
        precondition(tracker.heldBytes <= settings.streamBytes, "more is kept than may be")
    }
    tracker.finish(emit)
    precondition(tracker.heldBytes == 0, "something is kept of what is over")
    return told
}
