import ExhaustCore
import Testing

@testable import SyslogEmitter

/// Random mutations of what senders send. A trap would end the run; beyond that, nothing may be lost.
@Suite("Fuzzing")
struct FuzzTests {
    private static let seeds: [[UInt8]] = [
        "<34>1 2003-10-11T22:14:15.003Z host su 7 ID47 [a@1 k=\"v\\\"\\]\" l=\"\"][b] text",
        "<13>Oct  1 22:14:15 web-01 nginx[812]: exited on signal 9", "<166>Oct 11 2003 22:14:15: %ASA-6-302013: built",
        "<13>2026-11-22T07:00:00+01:00 [fe80::1%eth0] app[x]: text", "<192>x",
        "<189>29: r1: *Mar  1 18:48:50.483 CET: %SYS-5-CONFIG_I: text", "<134>1 1795330800.123 MX84 urls src=\u{e9}",
        "<13>Nov 22 07:00:00 Message forwarded from aix: a[1]: b", "<abc>Nov 22 07:00:00 h a: b",
        "48 <13>Nov 22 07:00:00 h a: text\n17 <1>1 - - - - - - \0<13>x\r\n", "\u{feff}<1>1 - - - - - - \u{feff}grüße",
    ].map { Array($0.utf8) }

    private static func mutated(_ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = seeds.randomElement(using: &generator) ?? []
        let interesting = Array("<>[]\"\\=: -\n\0\r0959Zz+%/(\u{e9}".utf8) + [0xff, 0x80, 0xef, 0xbb, 0xbf]
        for _ in 0..<Int.random(in: 1...6, using: &generator) {
            let position = Int.random(in: 0...bytes.count, using: &generator)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: bytes.insert(interesting.randomElement(using: &generator) ?? 0, at: position)
            case 1: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: position)
            case 2 where position < bytes.count: bytes.remove(at: position)
            case 3: bytes.removeSubrange(position...)
            default:
                let other = seeds.randomElement(using: &generator) ?? []
                bytes.insert(contentsOf: other.prefix(Int.random(in: 0...other.count, using: &generator)), at: position)
            }
        }
        return bytes
    }

    @Test("50,000 mutated messages are parsed without a trap, in their bounds, and without loss")
    func parser() {
        var generator = SeededGenerator(seed: 3164)
        for _ in 0..<50_000 {
            let bytes = Self.mutated(&generator)
            let local = Bool.random(using: &generator)
            let message = Fixtures.parser.parse(bytes, near: Fixtures.received, local: local)
            for range in [message.text, message.hostname, message.appName, message.processID, message.messageID] {
                guard let range, bytes.indices.lowerBound <= range.lowerBound, range.upperBound <= bytes.count else {
                    if range != nil { Issue.record("a range outside of \(bytes)") }
                    continue
                }
            }
            if message.format == .unparsed, message.flaw == nil { Issue.record("no reason for \(bytes)") }
            // What the parser guessed at stays in the record as it came.
            let record = Fixtures.record(bytes, local: local)
            guard message.flaw != nil else { continue }
            let kept = record.data["log.record.original"] ?? record.data["message"]
            if kept?.string?.utf8.count ?? 0 < Self.body(of: bytes).count { Issue.record("lost some of \(bytes)") }
        }
    }

    private static func body(of bytes: [UInt8]) -> [UInt8] {
        var body = bytes
        while let last = body.last, [0, 10, 13].contains(last) { body.removeLast() }
        return body.starts(with: [0xef, 0xbb, 0xbf]) ? Array(body.dropFirst(3)) : body
    }

    @Test("What was sent can be had back from each of 10,000 records: as it is, or from the fields")
    func recovery() {
        var generator = SeededGenerator(seed: 5424)
        for _ in 0..<10_000 {
            let bytes = Self.mutated(&generator)
            let local = Bool.random(using: &generator)
            let record = Fixtures.record(bytes, local: local)
            let message = Fixtures.parser.parse(bytes, near: Fixtures.received, local: local)
            if let raw = record.data["exhaust.raw_base64"] {
                if raw != .bytes(bytes) { Issue.record("other bytes than \(bytes)") }
            } else if let original = record.data["log.record.original"]?.string {
                if !original.utf8.elementsEqual(bytes) { Issue.record("another original than \(bytes)") }
            } else if let word = Self.untold(bytes, message) {
                Issue.record("no field has \(word) of \(String(decoding: bytes, as: UTF8.self))")
            }
        }
    }

    /// A word of the header that is in no field and is no stamp's.
    private static func untold(_ bytes: [UInt8], _ message: SyslogMessage) -> String? {
        var header = Array(bytes[..<message.text.lowerBound])
        for range in [message.hostname, message.appName, message.processID, message.messageID] {
            for index in range ?? 0..<0 { header[index] = 32 }
        }
        // Structured data was read to its end or is a part of the text.
        if message.structuredData != nil, let start = header.firstIndex(of: UInt8(ascii: "[")) {
            header.removeSubrange(start...)
        }
        let stamps = "jan feb mar apr may jun jul aug sep oct nov dec t z utc gmt".split(separator: " ")
        return String(decoding: header, as: UTF8.self).lowercased()
            .split { !("a"..."z").contains($0) && $0.isASCII }
            .first { word in word != "\u{feff}" && !stamps.contains(word) }
            .map(String.init)
    }

    @Test("20,000 mutated streams give the same frames however they are cut, and lose no text")
    func decoder() {
        var generator = SeededGenerator(seed: 6587)
        for _ in 0..<20_000 {
            let stream = (0..<3).flatMap { _ in Self.mutated(&generator) }
            let whole = Fixtures.frames(stream)
            var pieces: [[UInt8]] = []
            var rest = stream[...]
            while !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 1...40, using: &generator))
                pieces.append(Array(piece))
                rest = rest.dropFirst(piece.count)
            }
            if Fixtures.frames(pieces) != whole { Issue.record("cutting changes \(stream)") }
            // Counts, line ends and blank frames may go; everything else must come out.
            let dropped: Set<UInt8> = Set(Array("0123456789 \n\r\0".utf8))
            let out = whole.flatMap(\.bytes).filter { !dropped.contains($0) }
            if out != stream.filter({ !dropped.contains($0) }) { Issue.record("lost some of \(stream)") }
        }
    }
}
