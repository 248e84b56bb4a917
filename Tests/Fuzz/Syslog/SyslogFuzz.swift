import ExhaustCore
import ExhaustRuntime
import SyslogEmitter

/// A zone with an hour that comes twice and one that never does, near the received time.
private let maker = RecordMaker(
    zone: LocalZone { (1_774_746_000..<1_794_990_000).contains($0) ? 7200 : 3600 }, aheadLimit: .seconds(86_400),
    otherNames: SyslogNGNames(hostName: "vm"))
private let received = Timestamp(seconds: 1_795_000_000)

/// What libFuzzer calls with each input: a byte stream that is framed, parsed and made into events. A trap is a
/// finding, and so is a promise that does not hold; `make fuzz` runs it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSyslog(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    let bytes = UnsafeRawBufferPointer(start: data, count: size)
    let frames = decode([bytes])
    let cut = size / 2
    precondition(
        frames == decode([.init(rebasing: bytes[..<cut]), .init(rebasing: bytes[cut...])]),
        "where the stream is cut makes a difference")
    for (index, frame) in frames.enumerated() { check(frame, isLocal: index % 2 == 1) }
    check(Frame(bytes: Array(bytes)), isLocal: size % 2 == 1)
    return 0
}

private func decode(_ chunks: [UnsafeRawBufferPointer]) -> [Frame] {
    var decoder = FrameDecoder(limit: 4096)
    let frames = chunks.flatMap { decoder.append($0) }
    return frames + [decoder.finish()].compactMap(\.self)
}

/// Nothing of a message may be lost: it is there as it came, or in the fields that were read without a doubt.
private func check(_ frame: Frame, isLocal: Bool) {
    let origin = Origin(transport: isLocal ? "unix" : "udp")
    let record = maker.record(of: frame, from: origin, received: received)
    guard let message = record.data["message"]?.string else { preconditionFailure("no message") }
    if let raw = record.data["exhaust.raw_base64"] {
        precondition(raw == .bytes(frame.bytes), "the bytes are not the sender's")
    } else if let original = record.data["log.record.original"]?.string {
        precondition(original.utf8.elementsEqual(frame.bytes), "the original is another one")
    } else if record.data["exhaust.syslog.format"] == "unparsed" {
        precondition(message.utf8.elementsEqual(frame.bytes.body), "something is lost")
    }
}

extension [UInt8] {
    /// The message without what is none of it: a byte order mark before it, line ends and NUL bytes behind it.
    fileprivate var body: ArraySlice<UInt8> {
        let end = lastIndex { $0 != 0 && $0 != 10 && $0 != 13 }.map { $0 + 1 } ?? 0
        let isMarked = starts(with: [0xef, 0xbb, 0xbf]) && end >= 3
        return self[(isMarked ? 3 : 0)..<end]
    }
}
