import ExhaustCore
import ExhaustRuntime
import NetEmitter

/// What libFuzzer calls with each input: a DNS message over UDP, and the same bytes as a stream over TCP. A trap is a
/// finding, and so is a promise that does not hold; `make fuzz` runs it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzDNS(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    let bytes = Array(UnsafeRawBufferPointer(start: data, count: size))
    bytes.withUnsafeBytes { check(DNSMessage(FrameBytes($0), length: size)) }
    // As a query and as an answer to itself, by multicast, and cut off.
    for (source, destination) in [(40_000, 53), (53, 40_000), (5353, 5353), (40_000, 5355)] as [(UInt16, UInt16)] {
        let whole = udp(source, destination, bytes)
        check([whole, Array(whole.dropLast()), whole])
    }
    let middle = size / 2
    check([tcp(0, bytes[..<middle]), tcp(middle, bytes[middle...])])
    return 0
}

private func check(_ message: DNSMessage) {
    precondition(message.hasHeader || message.problem != nil, "a message without a header is not told as malformed")
    precondition(message.answers.count <= message.answerCount, "more answers than there are")
}

/// Whatever comes, an event fits a batch.
private func check(_ frames: [[UInt8]]) {
    var (parser, tracker) = (PacketParser(), DNSTracker())
    let emit: (TelemetryRecord) -> Void = {
        precondition(JSONWriter.bytes(of: .map($0.data)).count < 60_000, "the event is too large")
    }
    for frame in frames {
        frame.withUnsafeBytes { bytes in
            let packet = parser.parse(
                FrameBytes(bytes), linkType: .ipv4, time: Timestamp(seconds: 1), frameLength: bytes.count)
            guard let packet else { return }
            tracker.take(packet, emit)
        }
    }
    tracker.finish(emit)
}

private func udp(_ source: UInt16, _ destination: UInt16, _ bytes: [UInt8]) -> [UInt8] {
    ipv4(17, word(source) + word(destination) + word(UInt16(clamping: bytes.count + 8)) + [0, 0] + bytes)
}

private func tcp(_ sequence: Int, _ bytes: ArraySlice<UInt8>) -> [UInt8] {
    ipv4(
        6,
        word(40_000) + word(53) + [0, 0] + word(UInt16(sequence)) + [0, 0, 0, 0, 0x50, 0x10, 1, 0, 0, 0, 0, 0] + bytes)
}

private func ipv4(_ transport: UInt8, _ payload: [UInt8]) -> [UInt8] {
    [0x45, 0] + word(UInt16(clamping: payload.count + 20)) + [
        0, 0, 0, 0, 64, transport, 0, 0, 192, 0, 2, 1, 198, 51, 100, 2,
    ]
        + payload
}

private func word(_ number: UInt16) -> [UInt8] { [UInt8(number >> 8), UInt8(truncatingIfNeeded: number)] }
