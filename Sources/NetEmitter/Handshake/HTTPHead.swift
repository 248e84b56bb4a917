/// The head of an HTTP/1 message (RFC 9112 section 2): its first line, and the few fields that are looked at.
struct HTTPHead {
    /// What the first line says.
    enum Start: Hashable {
        case request(method: String, target: String)
        case response(status: Int)
    }

    let start: Start
    /// `1.0` or `1.1`.
    let version: String
    private(set) var host: String?
    /// The length of the body; nil where it is not plainly told.
    private(set) var bodyLength: Int?
    /// Bytes of the head, with the empty line at its end.
    let length: Int

    /// The most bytes of a head that are kept; of fields that come later nothing is known.
    static let limit = 8192
    private static let methodLimit = 24

    /// Reads the head that `bytes` begin with; nil if it is none. If its end is not there, it is read as far as it is.
    init?(_ bytes: FrameBytes) {
        let lines = HTTPLines(bytes)
        guard let first = lines.next(from: 0), let parsed = Self.start(of: bytes.slice(0, first.text)) else {
            return nil
        }
        (start, version) = parsed
        var place = first.end
        var isChunked = false
        var length: Int?
        var isDoubtful = false
        while let line = lines.next(from: place) {
            place = line.end
            guard line.text > 0 else { break }
            let field = bytes.slice(line.start, line.text)
            if host == nil, let value = Self.value(of: "host", in: field) { host = value }
            if Self.value(of: "transfer-encoding", in: field) != nil { isChunked = true }
            if let value = Self.value(of: "content-length", in: field) {
                isDoubtful = isDoubtful || length != nil || Int(value).map { $0 < 0 } ?? true
                length = Int(value)
            }
        }
        self.length = place
        if isChunked || isDoubtful { return }
        switch start {
        case .request: bodyLength = length ?? 0
        // RFC 9112 section 6.3: these have none.
        case .response(100..<200), .response(204), .response(304): bodyLength = 0
        case .response: bodyLength = length
        }
    }

    /// Where the head in `bytes` ends: after its empty line; nil if that is not there.
    static func end(of bytes: FrameBytes) -> Int? {
        let lines = HTTPLines(bytes)
        var place = 0
        while let line = lines.next(from: place) {
            if line.text == 0, place > 0 { return line.end }
            place = line.end
        }
        return nil
    }

    /// Whether `bytes` may begin a head: of a request by its method, of a response by its version. The first line
    /// decides once it is there.
    static func mayBegin(_ bytes: FrameBytes) -> Bool {
        if bytes.count >= 5, bytes.slice(0, 5).bytes.elementsEqual("HTTP/".utf8) { return true }
        let method = bytes.bytes.prefix(methodLimit).prefix { isMethod($0) }
        guard method.count >= 3 else { return bytes.count < 3 && method.count == bytes.count && bytes.count > 0 }
        if method.count == bytes.count { return true }
        guard bytes.uint8(method.count) == UInt8(ascii: " ") else { return false }
        guard let line = HTTPLines(bytes).next(from: 0) else { return true }
        return start(of: bytes.slice(0, line.text)) != nil
    }

    private static func isMethod(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }

    private static func start(of line: FrameBytes) -> (Start, version: String)? {
        let words = line.bytes.split(separator: UInt8(ascii: " "), maxSplits: 1, omittingEmptySubsequences: false)
        guard words.count == 2, let first = words.first, let rest = words.last else { return nil }
        if let version = version(first) {
            let status = rest.prefix(3)
            guard status.count == 3, let number = Int(String(decoding: status, as: UTF8.self)), number >= 100,
                rest.count == 3 || rest[rest.startIndex + 3] == UInt8(ascii: " ")
            else { return nil }
            return (.response(status: number), version)
        }
        guard (3...methodLimit).contains(first.count), first.allSatisfy({ isMethod($0) }) else { return nil }
        let method = String(decoding: first, as: UTF8.self)
        // Some say no target; that is worth telling.
        if let version = version(rest) { return (.request(method: method, target: ""), version) }
        guard let space = rest.lastIndex(of: UInt8(ascii: " ")), let version = version(rest[(space + 1)...]) else {
            return nil
        }
        let target = String(decoding: rest[..<space], as: UTF8.self).escapingControls
        return (.request(method: method, target: target), version)
    }

    private static func version(_ word: Slice<UnsafeRawBufferPointer>) -> String? {
        guard word.count == 8, word.prefix(7).elementsEqual("HTTP/1.".utf8), let minor = word.last,
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(minor)
        else { return nil }
        return "1.\(minor - UInt8(ascii: "0"))"
    }

    /// The value of a field, if it has this name.
    private static func value(of name: String, in field: FrameBytes) -> String? {
        let count = name.utf8.count
        guard field.count > count, field.uint8(count) == UInt8(ascii: ":"),
            zip(field.bytes, name.utf8).allSatisfy({ $0 | 0x20 == $1 || $0 == $1 })
        else { return nil }
        let text = field.slice(count + 1, 256).bytes.drop { $0 == 0x20 || $0 == 0x09 }
        let end = text.lastIndex { $0 != 0x20 && $0 != 0x09 }
        return end.map { String(decoding: text[...$0], as: UTF8.self).escapingControls } ?? ""
    }
}

/// Finds the lines of a head, which end with CRLF, or LF alone.
struct HTTPLines {
    typealias Line = (start: Int, text: Int, end: Int)

    private let bytes: FrameBytes

    init(_ bytes: FrameBytes) { self.bytes = bytes }

    /// The line at `place`: the length of its text, and where the next begins; nil if its end is not there.
    func next(from place: Int) -> Line? {
        let rest = bytes.slice(place)
        guard let feed = rest.bytes.firstIndex(of: 0x0a) else { return nil }
        let text = feed > 0 && rest.uint8(feed - 1) == 0x0d ? feed - 1 : feed
        return (place, text, place + feed + 1)
    }
}
