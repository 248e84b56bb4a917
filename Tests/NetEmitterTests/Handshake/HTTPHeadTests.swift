import ExhaustCore
import Testing

@testable import NetEmitter

@Suite("Heads of HTTP messages")
struct HTTPHeadTests {
    private func head(_ text: String) -> HTTPHead? { Array(text.utf8).withUnsafeBytes { HTTPHead(FrameBytes($0)) } }

    private func mayBegin(_ text: String) -> Bool {
        Array(text.utf8).withUnsafeBytes { HTTPHead.mayBegin(FrameBytes($0)) }
    }

    @Test("of requests and responses are read, with CRLF or LF, and fields in any case")
    func good() {
        let request = head("GET /a b?c HTTP/1.1\r\nX: 1\r\nhOST:  example.org \r\ncontent-LENGTH: 5\r\n\r\nabcde")
        #expect(request?.start == .request(method: "GET", target: "/a b?c") && request?.version == "1.1")
        #expect(request?.host == "example.org" && request?.bodyLength == 5 && request?.length == 69)
        let response = head("HTTP/1.0 404 Not Found\n\n")
        #expect(response?.start == .response(status: 404) && response?.version == "1.0")
        #expect(response?.bodyLength == nil && response?.length == 24)
        #expect(head("QUERY * HTTP/1.1\r\n\r\n")?.bodyLength == 0)
        #expect(head("HTTP/1.1 204\r\n\r\n")?.start == .response(status: 204))
        #expect(head("GET HTTP/1.1\r\n\r\n")?.start == .request(method: "GET", target: ""))
        #expect(head("GET / HTTP/1.1\r\nHost: a")?.start == .request(method: "GET", target: "/"))
    }

    @Test("tell no length of a body that they contradict, or that has none")
    func lengths() {
        for field in [
            "Content-Length: -1", "Content-Length: 99999999999999999999", "Content-Length: 1\r\nContent-Length: 2",
            "Transfer-Encoding: chunked\r\nContent-Length: 3", "Content-Length: x",
        ] {
            #expect(head("POST / HTTP/1.1\r\n\(field)\r\n\r\n")?.bodyLength == nil, "\(field)")
        }
    }

    @Test(
        "are told from other text",
        arguments: [
            "GET /zeek.html\r\n", "get / HTTP/1.1\r\n", "EHLO mail HTTP\r\n", "GET / HTTP/2.0\r\n",
            "HTTP/1.1 20 OK\r\n",
            "HTTP/1.1 2000\r\n", "\u{1}GET / HTTP/1.1\r\n", "SSH-2.0-x\r\n", "HTTP/1.x 200 OK\r\n", "GET  \r\n",
        ])
    func bad(text: String) {
        #expect(head(text) == nil)
        #expect(!mayBegin(text) || text.hasPrefix("HTTP/"))
    }

    @Test("may begin with any part of their first line")
    func beginnings() {
        let line = "OPTIONS /a HTTP/1.1\r\n"
        for count in 1...line.utf8.count { #expect(mayBegin(String(line.prefix(count))), "\(count)") }
        for text in ["", "a", "\u{16}\u{3}\u{1}", "G\0T / HTTP/1.1", "AB C", String(repeating: "A", count: 30)] {
            #expect(!mayBegin(text), "\(text)")
        }
    }
}
