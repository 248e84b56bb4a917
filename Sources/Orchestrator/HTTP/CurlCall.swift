import CCurl
import ExhaustCore
import Glibc
import Synchronization

/// What came back from an HTTP call.
struct HTTPResponse: Sendable, Hashable {
    var status: Int
    /// The first 64 KiB of the body.
    var body: [UInt8]
    /// The body's size as it came, decoded.
    var size: Int
}

/// One HTTP call through libcurl's easy interface. It blocks, so it runs on a thread of its own.
///
/// TLS certificates and names are verified, redirects are not followed (they could lead anywhere, with the same
/// headers), no proxy of the environment is asked, and no scheme but http and https is spoken.
final class CurlCall: Sendable {
    static let keptBytes = 64 << 10
    private let cancelled = Atomic(false)

    /// What the C callbacks write to.
    private final class Sink {
        var body: [UInt8] = []
        var size = 0
        let call: CurlCall

        init(_ call: CurlCall) { self.call = call }
    }

    /// libcurl asks for one initialisation a process, before any thread uses it (curl_global_init(3)).
    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    /// Ends the call soon, from any thread.
    func cancel() { cancelled.store(true, ordering: .relaxed) }

    /// Performs `request` within `timeout`. Throws `ExhaustError` with libcurl's reason when there is no response.
    func perform(_ request: HTTPRequest, timeout: Duration) throws(ExhaustError) -> HTTPResponse {
        guard Self.isReady, let handle = curl_easy_init() else {
            throw ExhaustError(.software, "libcurl cannot start")
        }
        defer { curl_easy_cleanup(handle) }
        let sink = Sink(self)
        let reason = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
        reason.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        defer { reason.deallocate() }
        var headers: UnsafeMutablePointer<curl_slist>?
        defer { curl_slist_free_all(headers) }
        for (name, value) in request.headers { headers = curl_slist_append(headers, "\(name): \(value)") ?? headers }
        for name in Self.suppressedHeaders(request) { headers = curl_slist_append(headers, "\(name):") ?? headers }

        var code = exhaust_curl_set_error_buffer(handle, reason)
        if code == CURLE_OK { code = exhaust_curl_set_headers(handle, headers) }
        if code == CURLE_OK { code = Self.configure(handle, request, timeout: timeout) }
        if code == CURLE_OK { code = Self.receive(into: sink, handle) }
        if code == CURLE_OK { code = withExtendedLifetime(sink) { curl_easy_perform(handle) } }
        guard code == CURLE_OK else { throw failure(code, reason, timeout: timeout) }
        return HTTPResponse(status: exhaust_curl_status(handle), body: sink.body, size: sink.size)
    }

    /// Headers that libcurl would add by itself: `Expect`, with which a larger body waits a second for the server's
    /// leave (RFC 9110 section 10.1.1), and a form's content type for a body that is none.
    private static func suppressedHeaders(_ request: HTTPRequest) -> [String] {
        let hasType = request.headers.contains { $0.name.lowercased() == "content-type" }
        return hasType ? ["Expect"] : ["Expect", "Content-Type"]
    }

    private static func configure(
        _ handle: UnsafeMutableRawPointer, _ request: HTTPRequest, timeout: Duration
    ) -> CURLcode {
        let milliseconds = Int(clamping: max(1, timeout.inMilliseconds))
        let numbers: [(CURLoption, Int)] = [
            (CURLOPT_NOSIGNAL, 1), (CURLOPT_FOLLOWLOCATION, 0), (CURLOPT_TIMEOUT_MS, milliseconds),
            (CURLOPT_CONNECTTIMEOUT_MS, milliseconds), (CURLOPT_SSL_VERIFYPEER, 1), (CURLOPT_SSL_VERIFYHOST, 2),
            (CURLOPT_NOBODY, request.method == .head ? 1 : 0),
        ]
        for (option, number) in numbers {
            let code = exhaust_curl_set_long(handle, option, number)
            guard code == CURLE_OK else { return code }
        }
        if let body = request.body {
            // The NUL gives an empty body an address too; libcurl takes a null pointer for no body.
            let code = (body + [0]).withUnsafeBytes {
                exhaust_curl_set_body(handle, $0.baseAddress?.assumingMemoryBound(to: CChar.self), body.count)
            }
            guard code == CURLE_OK else { return code }
        }
        var texts = [
            (CURLOPT_URL, request.url), (CURLOPT_PROTOCOLS_STR, "http,https"),
            (CURLOPT_USERAGENT, "exhaust-orchestrator"), (CURLOPT_PROXY, ""),
        ]
        // Last, since a body makes libcurl choose POST.
        if request.method != .head { texts.append((CURLOPT_CUSTOMREQUEST, request.method.rawValue.uppercased())) }
        for (option, text) in texts {
            let code = exhaust_curl_set_string(handle, option, text)
            guard code == CURLE_OK else { return code }
        }
        return CURLE_OK
    }

    /// Makes the response's body go to `sink`, which must outlive the transfer.
    private static func receive(into sink: Sink, _ handle: UnsafeMutableRawPointer) -> CURLcode {
        let context = Unmanaged.passUnretained(sink).toOpaque()
        let code = exhaust_curl_set_writer(
            handle,
            { bytes, size, count, context in
                guard let bytes, let context else { return 0 }
                let sink = Unmanaged<Sink>.fromOpaque(context).takeUnretainedValue()
                let length = size * count
                let room = min(length, CurlCall.keptBytes - sink.body.count)
                UnsafeRawBufferPointer(start: bytes, count: length).prefix(room).forEach { sink.body.append($0) }
                sink.size += length
                return length
            }, context)
        guard code == CURLE_OK else { return code }
        return exhaust_curl_set_progress(
            handle,
            { context, _, _, _, _ in
                guard let context else { return 0 }
                let sink = Unmanaged<Sink>.fromOpaque(context).takeUnretainedValue()
                return sink.call.cancelled.load(ordering: .relaxed) ? 1 : 0
            }, context)
    }

    private func failure(_ code: CURLcode, _ reason: UnsafePointer<CChar>, timeout: Duration) -> ExhaustError {
        if code == CURLE_ABORTED_BY_CALLBACK { return ExhaustError(.unavailable, "the call was cancelled") }
        let detail = String(cString: reason)
        let text = detail.isEmpty ? String(cString: curl_easy_strerror(code)) : detail
        return ExhaustError(.unavailable, text)
    }
}
