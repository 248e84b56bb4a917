@testable import NetEmitter

/// Bytes of TLS handshakes, put together by hand.
enum TLSBytes {
    static func word(_ number: Int) -> [UInt8] { [UInt8(number >> 8 & 255), UInt8(number & 255)] }

    /// With a length of two bytes before it.
    static func vector(_ bytes: [UInt8]) -> [UInt8] { word(bytes.count) + bytes }

    static func `extension`(_ type: Int, _ data: [UInt8]) -> [UInt8] { word(type) + vector(data) }

    static func serverName(_ text: String) -> [UInt8] { `extension`(0, vector([0] + vector(Array(text.utf8)))) }

    static func protocols(_ names: [String]) -> [UInt8] {
        `extension`(16, vector(names.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }))
    }

    static func message(_ type: UInt8, _ body: [UInt8]) -> [UInt8] {
        [type, UInt8(body.count >> 16)] + word(body.count) + body
    }

    /// Records of at most `size` bytes each.
    static func records(_ message: [UInt8], size: Int = 16_384, type: UInt8 = 0x16) -> [UInt8] {
        stride(from: 0, to: message.count, by: size).flatMap { start in
            [type, 3, 1] + vector(Array(message[start..<min(start + size, message.count)]))
        }
    }

    static func clientHello(_ extensions: [UInt8]?, session: [UInt8] = []) -> [UInt8] {
        let start: [UInt8] = [3, 3] + [UInt8](repeating: 7, count: 32) + [UInt8(session.count)] + session
        return message(1, start + vector([0x13, 0x01, 0xc0, 0x2f]) + [1, 0] + (extensions.map { vector($0) } ?? []))
    }

    static func serverHello(
        _ extensions: [UInt8]?, session: [UInt8] = [], cipher: Int = 0x1301, random: [UInt8]? = nil
    ) -> [UInt8] {
        let start: [UInt8] = [3, 3] + (random ?? [UInt8](repeating: 9, count: 32)) + [UInt8(session.count)] + session
        return message(2, start + word(cipher) + [0] + (extensions.map { vector($0) } ?? []))
    }

    /// A client that offers much, as browsers do, with values that mean nothing in between.
    static let usual =
        `extension`(0x0a0a, []) + serverName("www.example.org") + protocols(["h2", "http/1.1"])
        + `extension`(43, [6, 0x1a, 0x1a, 3, 4, 3, 3])
    /// RFC 8446 section 4.1.3.
    static let retryRandom: [UInt8] = [
        0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2,
        0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
    ]
    static let version13 = `extension`(43, [3, 4])
}
