import ExhaustCore
import ExhaustRuntime

/// A connection that an HTTP request can go through.
protocol ProbeChannel {
    var clock: ProbeClock { get }
    /// Sends all of `bytes`.
    func send(_ bytes: [UInt8]) throws
    /// Waits for more bytes; none at the end.
    func receive() throws -> ArraySlice<UInt8>
}

extension ProbeConnection: ProbeChannel {}

/// Asks for a page and reads the status: nothing of the body.
struct HTTPProbe {
    let url: ProbeURL
    /// The longest status line that is read.
    private static let longestLine = 4096

    func run(_ channel: some ProbeChannel, _ result: inout ProbeResult) throws {
        let begin = ContinuousClock.now
        result.fields["url.full"] = .string(url.description)
        result.fields["http.request.method"] = "GET"
        let request = """
            GET \(url.target) HTTP/1.1\r\nHost: \(url.hostHeader)\r\nUser-Agent: exhaust/\(Version.text)\r\n\
            Accept: */*\r\nConnection: close\r\n\r\n
            """
        try channel.send(Array(request.utf8))
        var line: [UInt8] = []
        while !line.contains(10), line.count < Self.longestLine {
            let bytes = try channel.receive()
            if line.isEmpty { result["first_byte_seconds"] = .double((.now - begin).inSeconds) }
            guard !bytes.isEmpty else { break }
            line += bytes
        }
        guard let status = Self.status(line) else {
            throw ProbeFailure(.malformed, line.isEmpty ? "the server said nothing" : "the answer is not HTTP/1")
        }
        result.fields["http.response.status_code"] = .int(Int64(status))
        guard status < 400 else { throw ProbeFailure(.status, "status \(status)") }
    }

    /// The status code of `HTTP/1.1 200 OK`.
    static func status(_ line: [UInt8]) -> Int? {
        let text = String(decoding: line.prefix { $0 != 10 && $0 != 13 }, as: UTF8.self)
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), words[1].utf8.count == 3 else { return nil }
        return Int(words[1]).flatMap { (100...999).contains($0) ? $0 : nil }
    }
}
