@testable import NetEmitter

/// Bytes of DNS messages, put together by hand.
enum DNSBytes {
    static func name(_ text: String) -> [UInt8] {
        text.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
    }

    static func word(_ number: Int) -> [UInt8] { [UInt8(number >> 8 & 255), UInt8(number & 255)] }

    static func header(_ id: Int, flags: Int, _ counts: Int...) -> [UInt8] {
        word(id) + word(flags) + (counts + [0, 0, 0, 0]).prefix(4).flatMap { word($0) }
    }

    static func query(_ id: Int, _ text: String, type: Int = 1) -> [UInt8] {
        header(id, flags: 0x0100, 1) + name(text) + word(type) + word(1)
    }

    /// A record, whose name is the question's unless given.
    static func record(
        _ type: Int, _ data: [UInt8], name: [UInt8] = [0xc0, 12], class number: Int = 1, lifetime: Int = 60
    ) -> [UInt8] {
        name + word(type) + word(number) + word(lifetime >> 16) + word(lifetime) + word(data.count) + data
    }

    static func answer(
        _ id: Int, _ text: String, type: Int = 1, code: Int = 0, _ records: [[UInt8]] = [], more: [UInt8] = []
    ) -> [UInt8] {
        header(id, flags: 0x8180 | code, 1, records.count, 0, more.isEmpty ? 0 : 1) + name(text) + word(type)
            + word(1) + records.flatMap(\.self) + more
    }

    /// With the length before it that TCP needs.
    static func framed(_ message: [UInt8]) -> [UInt8] { word(message.count) + message }
}

extension DNSMessage {
    init(_ bytes: [UInt8], isCut: Bool = false) {
        self = bytes.withUnsafeBytes { DNSMessage(FrameBytes($0), length: bytes.count, isCut: isCut) }
    }
}
