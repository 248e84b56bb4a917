/// What is captured, and how.
package struct CaptureSettings: Sendable {
    package var interfaces = InterfaceSelection()
    /// Also what is addressed to other hosts.
    package var isPromiscuous = false
    /// How many bytes of a frame are kept: enough for the headers, those of a tunnel as well.
    package var snapLength = 256
    /// Frames from or to these ports are kept whole.
    package var wholePorts: [UInt16] = [53]
    /// TLS handshakes are kept whole.
    package var keepsHandshakes = false
    /// Packets from or to these are left out.
    package var excluded: [CaptureFilter.Endpoint] = []
    /// How many threads share the packets.
    package var threads = 1
    /// The ring of each thread.
    package var ringBytes = 8 << 20

    package init() {}
}
