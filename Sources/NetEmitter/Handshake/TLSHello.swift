/// A ClientHello or ServerHello (RFC 8446 section 4.1), as far as it can be read.
struct TLSHello {
    /// The name of the server that the client wants (RFC 6066 section 3).
    private(set) var serverName: String?
    /// Protocols on top (RFC 7301): all that the client offers, or the one that the server took.
    private(set) var protocols: [String] = []
    /// Versions: all that the client offers, without those made up (RFC 8701), or the one that the server took.
    private(set) var versions: [UInt16] = []
    /// The cipher suite that the server took.
    private(set) var cipher: UInt16?
    private(set) var sessionID: [UInt8] = []
    /// The names in it are not the true ones, which are encrypted.
    private(set) var hasEncryptedHello = false
    /// The server goes on with a key of an earlier connection.
    private(set) var hasSharedKey = false
    /// The server asks for another ClientHello.
    private(set) var isRetry = false
    /// What is malformed; nil if nothing is.
    private(set) var problem: String?
    let isIncomplete: Bool
    private let isServer: Bool

    /// The most names of protocols, and versions, that are kept.
    private static let listLimit = 16
    /// RFC 8446 section 4.1.3: SHA-256 of "HelloRetryRequest".
    private static let retryRandom: [UInt8] = [
        0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2,
        0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
    ]

    /// Reads the body of a message, which may be there in part. It never fails: what is wrong is in `problem`.
    init(_ body: FrameBytes, isServer: Bool, isWhole: Bool) {
        self.isServer = isServer
        isIncomplete = !isWhole
        var reader = TLSReader(body)
        if !read(&reader), isWhole, problem == nil { problem = "it ends too early" }
    }

    /// Whether the hello could be read to its end.
    private mutating func read(_ reader: inout TLSReader) -> Bool {
        guard let version = reader.uint16(), let random = reader.bytes(32), let length = reader.uint8(),
            let session = reader.bytes(Int(length))
        else { return false }
        versions = [version]
        sessionID = Array(session.bytes)
        isRetry = isServer && random.bytes.elementsEqual(Self.retryRandom)
        if isServer {
            guard let cipher = reader.uint16(), reader.uint8() != nil else { return false }
            self.cipher = cipher
        } else {
            guard let ciphers = reader.uint16(), reader.bytes(Int(ciphers)) != nil, let methods = reader.uint8(),
                reader.bytes(Int(methods)) != nil
            else { return false }
        }
        // Extensions came with TLS 1.0; a hello may be without.
        if reader.isAtEnd { return true }
        guard let total = reader.uint16() else { return false }
        if !isIncomplete, Int(total) != reader.remaining { problem = "the length of its extensions is wrong" }
        while !reader.isAtEnd {
            guard let type = reader.uint16(), let length = reader.uint16() else { return false }
            var data = TLSReader(reader.upTo(Int(length)))
            let isWhole = data.remaining == Int(length)
            guard readExtension(type, &data) else {
                if isWhole { problem = problem ?? "its extension \(type) is malformed" }
                if isWhole { continue }
                return false
            }
            guard isWhole else { return false }
        }
        return true
    }

    private mutating func readExtension(_ type: UInt16, _ data: inout TLSReader) -> Bool {
        switch type {
        case 0: return isServer || readServerName(&data)
        case 16: return readProtocols(&data)
        case 41:
            hasSharedKey = true
            return true
        case 43: return readVersions(&data)
        case 0xfe0d:
            hasEncryptedHello = true
            return true
        default: return true
        }
    }

    private mutating func readServerName(_ data: inout TLSReader) -> Bool {
        guard data.uint16() != nil else { return false }
        while !data.isAtEnd {
            guard let type = data.uint8(), let length = data.uint16() else { return false }
            guard let name = data.bytes(Int(length)) else { return false }
            // RFC 6066 knows names of hosts alone, and no name of a host is longer.
            guard type == 0, serverName == nil else { continue }
            guard (1...255).contains(name.count) else { return false }
            serverName = String(decoding: name.bytes, as: UTF8.self).escapingControls
        }
        return true
    }

    private mutating func readProtocols(_ data: inout TLSReader) -> Bool {
        guard data.uint16() != nil else { return false }
        while !data.isAtEnd {
            guard let length = data.uint8(), length > 0, let name = data.bytes(Int(length)) else { return false }
            guard protocols.count < Self.listLimit, !Self.isMadeUp(name) else { continue }
            protocols.append(String(decoding: name.bytes, as: UTF8.self).escapingControls)
        }
        return true
    }

    private mutating func readVersions(_ data: inout TLSReader) -> Bool {
        if isServer {
            guard let version = data.uint16() else { return false }
            versions = [version]
            return true
        }
        var offered: [UInt16] = []
        guard data.uint8() != nil else { return false }
        while !data.isAtEnd {
            guard let version = data.uint16() else { return false }
            if offered.count < Self.listLimit, !Self.isMadeUp(version) { offered.append(version) }
        }
        versions = offered
        return true
    }

    /// RFC 8701: values that mean nothing, for servers to get used to what they do not know.
    private static func isMadeUp(_ value: UInt16) -> Bool { value & 0x0f0f == 0x0a0a && value >> 8 == value & 0xff }

    private static func isMadeUp(_ name: FrameBytes) -> Bool {
        name.count == 2 && name.uint16(0).map { isMadeUp($0) } == true
    }
}

/// Takes the fields of a hello one after the other; nil once they are at their end.
struct TLSReader {
    private let bytes: FrameBytes
    private var place = 0

    init(_ bytes: FrameBytes) { self.bytes = bytes }

    var remaining: Int { bytes.count - place }
    var isAtEnd: Bool { remaining == 0 }

    mutating func uint8() -> UInt8? {
        defer { place = min(place + 1, bytes.count) }
        return bytes.uint8(place)
    }

    mutating func uint16() -> UInt16? {
        defer { place = min(place + 2, bytes.count) }
        return bytes.uint16(place)
    }

    /// The next `count` bytes, if all are there.
    mutating func bytes(_ count: Int) -> FrameBytes? {
        guard remaining >= count else { return nil }
        return upTo(count)
    }

    /// The next bytes, `count` at most.
    mutating func upTo(_ count: Int) -> FrameBytes {
        let part = bytes.slice(place, count)
        place += part.count
        return part
    }
}
