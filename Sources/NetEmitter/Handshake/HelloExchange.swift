import ExhaustCore
import ExhaustRuntime

/// A TLS handshake, as far as it is in the clear.
struct HelloExchange {
    enum State: String {
        /// The server took the connection up.
        case answered
        /// The server refused it by an alert.
        case alert
        /// The server said something that is not TLS.
        case notTLS = "not_tls"
        /// What the server said was not captured.
        case unseen
        /// The server said nothing.
        case unanswered
        /// More connections were under way than may.
        case evicted
    }

    var endpoints: Endpoints
    var client: TLSHello?
    var server: TLSHello?
    var alert: UInt8?
    /// When the hello of the client came: its first byte, and its last.
    var started: Timestamp?
    var asked: Timestamp?

    /// The event that tells of it. docs/schemas/exhaust.net.tls.json has the fields.
    func record(_ state: State, at time: Timestamp, _ communityID: CommunityID) -> TelemetryRecord {
        var data = endpoints.fields(communityID)
        data["exhaust.net.tls.state"] = .string(state.rawValue)
        if let client { add(client, to: &data) }
        if let server { addServer(server, to: &data) }
        data["exhaust.net.tls.alert"] = alert.map { .string(TLSNames.alert($0)) }
        data["event.start"] = started.map { .string($0.description) }
        if let asked, state == .answered || state == .alert, time >= asked {
            data["exhaust.net.tls.latency_seconds"] = .double((time - asked).inSeconds)
        }
        let problems = [client?.problem.map { "client: \($0)" }, server?.problem.map { "server: \($0)" }]
        let problem = problems.compactMap(\.self).joined(separator: "; ")
        if !problem.isEmpty { data["exhaust.net.tls.problem"] = .string(problem) }
        if client?.isIncomplete == true || server?.isIncomplete == true { data["exhaust.net.tls.incomplete"] = true }
        return TelemetryRecord(type: .netTLS, time: time, data: data)
    }

    private func add(_ hello: TLSHello, to data: inout ValueMap) {
        data["tls.client.server_name"] = hello.serverName.map { .string($0) }
        if !hello.protocols.isEmpty {
            data["exhaust.net.tls.client.protocols"] = .list(hello.protocols.map { .string($0) })
        }
        data["exhaust.net.tls.client.versions"] = .list(hello.versions.map { .string(TLSNames.text(ofVersion: $0)) })
        if hello.hasEncryptedHello { data["exhaust.net.tls.client.encrypted_hello"] = true }
    }

    private func addServer(_ hello: TLSHello, to data: inout ValueMap) {
        if let version = hello.versions.first {
            data["tls.protocol.name"] = .string(TLSNames.version(version).name)
            data["tls.protocol.version"] = .string(TLSNames.version(version).version)
        }
        data["tls.cipher"] = hello.cipher.map { .string(TLSNames.cipher($0)) }
        data["tls.next_protocol"] = hello.protocols.first.map { .string($0) }
        if hello.isRetry { data["exhaust.net.tls.hello_retry"] = true }
        if let client, !hello.isRetry {
            // Up to TLS 1.2 a server that resumes repeats the client's session id; 1.3 repeats it always.
            let repeats = !client.sessionID.isEmpty && client.sessionID == hello.sessionID
            let isOld = hello.versions.first.map { $0 <= 0x0303 } ?? false
            data["tls.resumed"] = .bool(hello.hasSharedKey || isOld && repeats)
        }
    }
}
