/// The state of a socket by the kernel's number (net/tcp_states.h); UDP has `established` if connected, else `closed`.
struct SocketState: RawRepresentable, Hashable, Sendable {
    let rawValue: UInt8

    init(rawValue: UInt8) { self.rawValue = rawValue }

    static let established = SocketState(rawValue: 1)
    static let synSent = SocketState(rawValue: 2)
    static let synReceived = SocketState(rawValue: 3)
    static let timeWait = SocketState(rawValue: 6)
    static let closed = SocketState(rawValue: 7)
    static let listen = SocketState(rawValue: 10)

    /// By OpenTelemetry's names (`network.connection.state`).
    private static let names = [
        "established", "syn_sent", "syn_received", "fin_wait_1", "fin_wait_2", "time_wait", "closed", "close_wait",
        "last_ack", "listen", "closing", "syn_received", "bound",
    ]

    var name: String {
        (1...Self.names.count).contains(Int(rawValue)) ? Self.names[Int(rawValue) - 1] : "state_\(rawValue)"
    }
}
