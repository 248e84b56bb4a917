/// Where a message came from, as far as the kernel knows it: fields that the sender cannot forge.
package struct Origin: Sendable, Hashable {
    /// The process at the other end of a Unix socket (SCM_CREDENTIALS, unix(7)).
    package struct Sender: Sendable, Hashable {
        /// The process; 0 if it lives in a PID namespace that this one cannot see.
        package var pid: Int32
        package var uid: UInt32
        package var gid: UInt32
        /// What it executes (proc(5), `exe`); `nil` if it was gone before it could be asked, or may not be asked.
        package var executable: String?
    }

    /// The peer of a TLS connection.
    package struct TLSPeer: Sendable, Hashable {
        /// The distinguished name in its certificate, which was checked; `nil` if it has shown none.
        package var subject: String?
    }

    /// OpenTelemetry's `network.transport`: `udp`, `tcp` or `unix`; `nil` for a file.
    package var transport: String?
    /// The sender's IP address.
    package var address: String?
    /// The sender's port.
    package var port: Int?
    /// The sending process, where the kernel tells it.
    package var sender: Sender?
    /// The peer, where it came by TLS.
    package var tls: TLSPeer?

    /// An origin; a file's has nothing.
    package init(
        transport: String? = nil, address: String? = nil, port: Int? = nil, sender: Sender? = nil, tls: TLSPeer? = nil
    ) {
        self.transport = transport
        self.address = address
        self.port = port
        self.sender = sender
        self.tls = tls
    }

    /// Whether the message was sent on this machine, where the host name is left out as a rule.
    var isLocal: Bool { transport == "unix" }
}
