/// Cuts one direction of a TCP connection into DNS messages (RFC 1035 section 4.2.2).
///
/// Of a message that is longer than the limit the beginning is given, and the rest passed over.
struct DNSFraming {
    static let messageLimit = 4096

    /// A message and what is known of its bytes.
    typealias Found = (bytes: [UInt8], length: Int)

    private var pending: [UInt8] = []
    /// Bytes of the current message that are not wanted.
    private var skipped = 0
    /// Whether it is not known where a message begins.
    private var isLost: Bool

    /// A framing that begins where a message does, or somewhere in the connection.
    init(isAtStart: Bool) { isLost = !isAtStart }

    var heldBytes: Int { pending.count }

    /// Takes the next bytes, and gives the messages that end in them.
    mutating func take(_ chunk: SegmentOrder.Chunk) -> [Found] {
        var found: [Found] = []
        if chunk.isAfterHole {
            found += flush()
            isLost = true
        }
        if isLost {
            guard Self.beginsMessage(chunk.bytes) else { return found }
            isLost = false
        }
        var place = 0
        while place < chunk.bytes.count {
            let rest = chunk.bytes.count - place
            if skipped > 0 {
                place += min(skipped, rest)
                skipped -= min(skipped, rest)
                continue
            }
            let wanted = (length.map { min($0, Self.messageLimit) + 2 } ?? 2) - pending.count
            pending += chunk.bytes.slice(place, wanted).bytes
            place += min(wanted, rest)
            if let length, pending.count == min(length, Self.messageLimit) + 2 {
                skipped = length - (pending.count - 2)
                found.append((Array(pending.dropFirst(2)), length))
                pending = []
            }
        }
        if chunk.isCut { found += flush() }
        return found
    }

    /// The message that did not come to its end, if its length is known.
    mutating func flush() -> [Found] {
        defer { (pending, skipped) = ([], 0) }
        return length.map { [(Array(pending.dropFirst(2)), $0)] } ?? []
    }

    /// The length of the current message, once it came.
    private var length: Int? { pending.count < 2 ? nil : Int(pending[0]) << 8 | Int(pending[1]) }

    /// Whether the bytes look like a length and a header with one question: what a segment in the midst of a
    /// message hardly does.
    private static func beginsMessage(_ bytes: FrameBytes) -> Bool {
        guard let length = bytes.uint16(0), length >= 12, let flags = bytes.uint16(4), let count = bytes.uint16(6)
        else { return false }
        return flags & 0x40 == 0 && flags >> 11 & 15 <= 6 && count <= 1
    }
}
