import ExhaustCore

@testable import NetEmitter

/// Capture files for tests, in either byte order.
struct CaptureText {
    var isBigEndian = false

    func number<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
        Raw.number(number, isBigEndian: isBigEndian)
    }

    /// The header of a classic file.
    func classic(magic: UInt32 = 0xa1b2_c3d4, linkType: UInt32 = 101) -> [UInt8] {
        number(magic) + number(2 as UInt16) + number(4 as UInt16) + number(0 as UInt64) + number(65_535 as UInt32)
            + number(linkType)
    }

    /// A frame of a classic file.
    func frame(
        _ seconds: UInt32, _ fraction: UInt32, _ bytes: [UInt8], captured: UInt32? = nil, length: UInt32? = nil
    ) -> [UInt8] {
        let count = UInt32(bytes.count)
        return number(seconds) + number(fraction) + number(captured ?? count) + number(length ?? count) + bytes
    }

    /// A block of pcapng.
    func block(_ type: UInt32, _ body: [UInt8], lengthBehind: UInt32? = nil) -> [UInt8] {
        let padded = body + [UInt8](repeating: 0, count: (4 - body.count % 4) % 4)
        let length = UInt32(padded.count + 12)
        return number(type) + number(length) + padded + number(lengthBehind ?? length)
    }

    func section(version: UInt16 = 1) -> [UInt8] {
        block(
            0x0a0d_0d0a, number(0x1a2b_3c4d as UInt32) + number(version) + number(0 as UInt16) + number(Int64(-1)))
    }

    /// A description of an interface; `options` are codes with their values.
    func interface(_ linkType: UInt16 = 101, limit: UInt32 = 0, options: [(UInt16, [UInt8])] = []) -> [UInt8] {
        var body = number(linkType) + [0, 0] + number(limit)
        for (code, value) in options {
            body += number(code) + number(UInt16(value.count)) + value
            body += [UInt8](repeating: 0, count: (4 - value.count % 4) % 4)
        }
        return block(1, body + [0, 0, 0, 0])
    }

    /// An enhanced packet block.
    func packet(_ interface: UInt32, _ units: UInt64, _ bytes: [UInt8], captured: UInt32? = nil) -> [UInt8] {
        var body = number(interface) + number(UInt32(units >> 32)) + number(UInt32(truncatingIfNeeded: units))
        body += number(captured ?? UInt32(bytes.count)) + number(UInt32(bytes.count)) + bytes
        return block(6, body)
    }

    /// All frames as `link seconds.nanoseconds length bytes`, and errors as they are thrown.
    static func read(_ bytes: [UInt8]) -> [String] {
        var found: [String] = []
        do {
            let file = try CaptureFile(bytes: bytes, path: "x.pcap")
            while found.count < 100 {
                do {
                    guard let frame = try file.next() else { return found }
                    let text = String(decoding: frame.bytes.bytes, as: UTF8.self)
                    let time = "\(frame.time.seconds).\(frame.time.nanoseconds)"
                    found.append("\(frame.linkType.rawValue) \(time) \(frame.frameLength) \(text)")
                } catch {
                    found.append("\(error)")
                }
            }
        } catch {
            found.append("\(error)")
        }
        return found
    }
}
