import ExhaustCore
import NetEmitter

private let linkTypes: [LinkType] = [
    .ethernet, .raw, .linuxCooked, .linuxCooked2, .wireless, .radiotap, .nflog, .pppSerial, .null,
]

/// What libFuzzer calls with each input: a capture file, or else a frame behind a byte that chooses its link type. A
/// trap is a finding, and so is a promise that does not hold; `make fuzz` runs it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPackets(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    let bytes = UnsafeRawBufferPointer(start: data, count: size)
    do throws(ExhaustError) {
        read(try CaptureFile(bytes: Array(bytes), path: "input"), limit: size)
    } catch {
        guard let first = bytes.first else { return 0 }
        let frame = FrameBytes(UnsafeRawBufferPointer(rebasing: bytes.dropFirst()))
        check(frame, linkTypes[Int(first) % linkTypes.count], frameLength: frame.count)
    }
    return 0
}

/// Nothing makes a file endless, and a packed one may have a thousand bytes for each of its own.
private func read(_ file: CaptureFile, limit: Int) {
    var (frames, errors) = (0, 0)
    while true {
        do throws(ExhaustError) {
            guard let frame = try file.next() else { break }
            frames += 1
            precondition(frame.bytes.count <= frame.frameLength, "more was captured than there was")
            check(frame.bytes, frame.linkType, frameLength: frame.frameLength)
        } catch {
            errors += 1
            precondition(!error.message.isEmpty)
        }
        precondition(frames + errors <= 1024 * limit, "the file does not end")
    }
}

/// What was captured of a packet lies within its frame, and a shorter capture says the same or nothing.
private func check(_ frame: FrameBytes, _ linkType: LinkType, frameLength: Int) {
    var parser = PacketParser()
    let time = Timestamp(seconds: 0)
    let outermost = parser.parse(frame, linkType: linkType, time: time, frameLength: frameLength)
    var next = outermost
    while let packet = next {
        precondition(packet.payload.count <= packet.payloadLength, "more payload than there was")
        precondition(packet.tunnelDepth > 0 || packet.ipLength <= frameLength, "a packet longer than its frame")
        precondition(packet.tunnelDepth <= PacketParser.tunnelLimit)
        if packet.payload.count > 0, let start = frame.bytes.baseAddress, let own = packet.payload.bytes.baseAddress {
            precondition(own >= start && own + packet.payload.count <= start + frame.count, "outside of its frame")
        }
        precondition(CommunityID().text(of: packet).utf8.count == 30)
        next = parser.inner(of: packet)
    }
    let half = parser.parse(
        frame.slice(0, frame.count / 2), linkType: linkType, time: time, frameLength: frameLength)
    guard let half, let outermost else { return }
    precondition(half.source == outermost.source && half.destination == outermost.destination)
    precondition(half.transport == outermost.transport && half.sourcePort == outermost.sourcePort)
    precondition(half.destinationPort == outermost.destinationPort && half.ipLength == outermost.ipLength)
}
