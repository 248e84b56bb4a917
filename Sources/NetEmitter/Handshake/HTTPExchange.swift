import ExhaustCore
import ExhaustRuntime

/// An HTTP/1 request and what became of it.
struct HTTPExchange {
    var endpoints: Endpoints
    var request: HTTPHead?
    /// When the first byte of the request came, and the last of its head.
    var started: Timestamp?
    var asked: Timestamp?

    /// The event that tells of it, with the answer if there is one. docs/schemas/exhaust.net.http.json has the fields.
    func record(
        _ response: HTTPHead?, at time: Timestamp, _ reader: HandshakeReader
    ) -> TelemetryRecord {
        var data = endpoints.fields(reader.communityID)
        data["network.protocol.name"] = "http"
        data["network.protocol.version"] = (request ?? response).map { .string($0.version) }
        if case .request(let method, let target) = request?.start {
            data["http.request.method"] = .string(method)
            data["exhaust.net.http.host"] = request?.host.map { .string($0) }
            let (path, query) = Self.parts(of: target)
            data["url.path"] = .string(path)
            if reader.settings.http == .query { data["url.query"] = query.map { .string($0) } }
        }
        if case .response(let status) = response?.start { data["http.response.status_code"] = .int(Int64(status)) }
        data["event.start"] = started.map { .string($0.description) }
        if let asked, response != nil, time >= asked {
            data["exhaust.net.http.latency_seconds"] = .double((time - asked).inSeconds)
        }
        return TelemetryRecord(type: .netHTTP, time: time, data: data)
    }

    /// Path and query of a target. Of one that is a whole URI, scheme and authority are left out, which may hold a
    /// password.
    private static func parts(of target: String) -> (path: String, query: String?) {
        var rest = target[...]
        if !rest.hasPrefix("/"), let colon = rest.firstIndex(of: ":"), rest[colon...].hasPrefix("://") {
            let afterAuthority = rest[rest.index(colon, offsetBy: 3)...].firstIndex { $0 == "/" || $0 == "?" }
            rest = afterAuthority.map { rest[$0...] } ?? "/"
        }
        let mark = rest.firstIndex(of: "?")
        return (String(rest[..<(mark ?? rest.endIndex)]), mark.map { String(rest[rest.index(after: $0)...]) })
    }
}
