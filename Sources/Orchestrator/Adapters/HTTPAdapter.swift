package import ExhaustCore
import ExhaustRuntime

/// Calls HTTP services: get, post, put, delete and head. Each call has a thread of its own, at most 16 at once.
///
/// Every request carries `Idempotency-Key: <task id>`: a task that is sent again after a crash has the same id, so
/// that a service that knows the key does not act twice.
package final class HTTPAdapter: Adapter {
    package static let name = "http"
    package static let needsHost = false

    private static let concurrency = 16
    private let slots = Slots(HTTPAdapter.concurrency)
    private let now: @Sendable () -> Timestamp

    package static func check(action: String, parameters: ValueMap) throws(ValueCodingError) {
        try HTTPRequest.check(action: action, parameters: parameters)
    }

    package init(_ tools: AdapterTools) { now = tools.now }

    package func perform(_ request: TaskRequest) async throws -> TaskResult? {
        var call = try HTTPRequest(action: request.action, parameters: request.parameters)
        call.headers.append(("Idempotency-Key", request.id))
        try await slots.take()
        defer { slots.giveBack() }
        let started = now()
        let timeout = request.deadline - started
        guard timeout > .zero else { throw ExhaustError(.unavailable, "no free slot before the timeout") }
        let response = try await Self.perform(call, timeout: timeout)
        let isExpected = call.expected.contains(response.status)
        return request.result(
            isExpected ? .succeeded : .failed,
            reason: isExpected ? nil : "the server answered with status \(response.status)",
            output: response.output, started: started, finished: now())
    }

    private static func perform(_ request: HTTPRequest, timeout: Duration) async throws -> HTTPResponse {
        let call = CurlCall()
        return try await withTaskCancellationHandler {
            try await withThread(named: "http") { try call.perform(request, timeout: timeout) }
        } onCancel: {
            call.cancel()
        }
    }
}

extension HTTPResponse {
    /// What later tasks see of a response: `status`, `size`, `body` (or `body_base64` if it is not UTF-8), and
    /// `json` where the whole body is a JSON text.
    var output: ValueMap {
        var output: ValueMap = ["status": .int(Int64(status)), "size": .int(Int64(size))]
        if let text = Self.text(of: body, isWhole: body.count == size) {
            output["body"] = .string(text)
        } else {
            output["body_base64"] = .bytes(body)
        }
        if body.count == size {
            // Most bodies are not JSON, which is no error.
            output["json"] = try? JSONReader.parse(body)
        } else {
            output["truncated"] = true
        }
        return output
    }

    /// A cut body may end within a character, whose up to three bytes are dropped then.
    private static func text(of bytes: [UInt8], isWhole: Bool) -> String? {
        for dropped in 0...(isWhole ? 0 : min(3, bytes.count)) {
            if let text = String(validating: bytes.dropLast(dropped), as: UTF8.self) { return text }
        }
        return nil
    }
}
