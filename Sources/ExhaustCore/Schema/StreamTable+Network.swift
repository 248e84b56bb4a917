extension StreamSchema {
    /// The fields of the network emitter's streams, by docs/schemas. Written by deploy/make/stream-fields.
    static let network = [
        (
            "exhaust.net.address",
            """
            {exhaust.net.address: string, exhaust.net.change: string, exhaust.net.interface.index: int,
            exhaust.net.prefix_length: int, exhaust.net.previous: map(string, dyn), exhaust.net.scope: string,
            exhaust.net.state: string, network.interface.name: string, network.type: string}
            """
        ),
        (
            "exhaust.net.connections",
            """
            {container.id: string, exhaust.net.busy_seconds: double, exhaust.net.closed: int, exhaust.net.connections:
            map(string, int), exhaust.net.delivery_bytes_per_second: int, exhaust.net.failed: int, exhaust.net.groups:
            int, exhaust.net.interval_seconds: double, exhaust.net.lost_segments: int, exhaust.net.min_rtt_seconds:
            double, exhaust.net.opened: int, exhaust.net.receive_queue_bytes: int,
            exhaust.net.receive_window_limited_seconds: double, exhaust.net.received_bytes: int,
            exhaust.net.received_segments: int, exhaust.net.rest: bool, exhaust.net.retransmitted_bytes: int,
            exhaust.net.retransmitted_segments: int, exhaust.net.rtt_max_seconds: double, exhaust.net.rtt_seconds:
            double, exhaust.net.send_buffer_limited_seconds: double, exhaust.net.send_queue_bytes: int,
            exhaust.net.sent_bytes: int, exhaust.net.sent_segments: int, exhaust.net.unacknowledged_segments: int,
            exhaust.systemd.unit: string, network.direction: string, network.local.port: int, network.peer.address:
            string, network.peer.port: int, network.transport: string, network.type: string, process.command: string,
            process.executable.path: string, process.pid: int, process.user.id: int, process.user.name: string}
            """
        ),
        (
            "exhaust.net.conntrack",
            """
            {exhaust.conntrack.destination_translated: int, exhaust.conntrack.entries: map(string, map(string, int)),
            exhaust.conntrack.limit: int, exhaust.conntrack.source_translated: int, exhaust.conntrack.top_sources:
            list({entries: int, source.address: string}), exhaust.conntrack.unanswered: int, exhaust.conntrack.usage:
            int, exhaust.conntrack.utilization: double}
            """
        ),
        (
            "exhaust.net.dns",
            """
            {destination.address: string, destination.ip: string, destination.port: int, dns.additionals_count: int,
            dns.answers: list({class: string, data: string, name: string, ttl: int, type: string}), dns.answers_count:
            int, dns.authorities_count: int, dns.header_flags: list(string), dns.id: string, dns.op_code: string,
            dns.question.class: string, dns.question.name: string, dns.question.type: string, dns.resolved_ip:
            list(string), dns.response_code: string, dns.type: string, event.start: string,
            exhaust.net.dns.answer_bytes: int, exhaust.net.dns.incomplete: bool, exhaust.net.dns.latency_seconds:
            double, exhaust.net.dns.problem: string, exhaust.net.dns.query_bytes: int, exhaust.net.dns.questions:
            list({class: string, name: string, type: string}), exhaust.net.dns.retransmissions: int,
            exhaust.net.dns.state: string, network.community_id: string, network.protocol.name: string,
            network.transport: string, network.type: string, source.address: string, source.ip: string, source.port:
            int}
            """
        ),
        (
            "exhaust.net.flow",
            """
            {container.id: string, destination.address: string, destination.bytes: int, destination.ip: string,
            destination.mac: string, destination.packets: int, destination.port: int, event.end: string, event.start:
            string, exhaust.net.destination.closed_windows: int, exhaust.net.destination.container.id: string,
            exhaust.net.destination.exhaust.systemd.unit: string, exhaust.net.destination.ip_bytes: int,
            exhaust.net.destination.missed_bytes: int, exhaust.net.destination.out_of_order_packets: int,
            exhaust.net.destination.payload_bytes: int, exhaust.net.destination.process.command: string,
            exhaust.net.destination.process.executable.path: string, exhaust.net.destination.process.pid: int,
            exhaust.net.destination.process.user.id: int, exhaust.net.destination.process.user.name: string,
            exhaust.net.destination.retransmitted_bytes: int, exhaust.net.destination.retransmitted_packets: int,
            exhaust.net.destination.tcp_flags: string, exhaust.net.flow.duration_seconds: double,
            exhaust.net.flow.end_reason: string, exhaust.net.flow.fragments: int, exhaust.net.flow.history: string,
            exhaust.net.flow.id: int, exhaust.net.flow.record: int, exhaust.net.flow.since: string,
            exhaust.net.flow.state: string, exhaust.net.flow.total_bytes: int, exhaust.net.flow.total_packets: int,
            exhaust.net.icmp.code: int, exhaust.net.icmp.type: int, exhaust.net.source.closed_windows: int,
            exhaust.net.source.ip_bytes: int, exhaust.net.source.missed_bytes: int,
            exhaust.net.source.out_of_order_packets: int, exhaust.net.source.payload_bytes: int,
            exhaust.net.source.retransmitted_bytes: int, exhaust.net.source.retransmitted_packets: int,
            exhaust.net.source.tcp_flags: string, exhaust.net.tcp.destination_rtt_seconds: double,
            exhaust.net.tcp.handshake_rtt_seconds: double, exhaust.net.tcp.source_rtt_seconds: double,
            exhaust.net.tunnel.depth: int, exhaust.systemd.unit: string, network.community_id: string,
            network.direction: string, network.iana_number: string, network.inner.vlan.id: string, network.transport:
            string, network.type: string, network.vlan.id: string, process.command: string, process.executable.path:
            string, process.pid: int, process.user.id: int, process.user.name: string, source.address: string,
            source.bytes: int, source.ip: string, source.mac: string, source.packets: int, source.port: int}
            """
        ),
        (
            "exhaust.net.http",
            """
            {destination.address: string, destination.ip: string, destination.port: int, event.start: string,
            exhaust.net.http.host: string, exhaust.net.http.latency_seconds: double, http.request.method: string,
            http.response.status_code: int, network.community_id: string, network.protocol.name: string,
            network.protocol.version: string, network.transport: string, network.type: string, source.address: string,
            source.ip: string, source.port: int, url.path: string, url.query: string}
            """
        ),
        (
            "exhaust.net.interface",
            """
            {system.network: list({exhaust.network.errors: map(string, int), network.interface.name: string,
            system.network.errors: {receive: int, transmit: int}, system.network.io: {receive: int, transmit: int},
            system.network.packet.count: {receive: int, transmit: int}, system.network.packet.dropped: {receive: int,
            transmit: int}})}
            """
        ),
        (
            "exhaust.net.link",
            """
            {exhaust.net.carrier: bool, exhaust.net.change: string, exhaust.net.interface.index: int, exhaust.net.kind:
            string, exhaust.net.mac: string, exhaust.net.master.index: int, exhaust.net.mtu: int, exhaust.net.previous:
            map(string, dyn), exhaust.net.promiscuous: bool, exhaust.net.state: string, exhaust.net.up: bool,
            network.interface.name: string}
            """
        ),
        (
            "exhaust.net.listen",
            """
            {container.id: string, event.action: string, exhaust.systemd.unit: string, network.interface.name: string,
            network.local.address: string, network.local.port: int, network.transport: string, network.type: string,
            process.command: string, process.executable.path: string, process.pid: int, process.user.id: int,
            process.user.name: string}
            """
        ),
        (
            "exhaust.net.neighbour",
            """
            {exhaust.net.address: string, exhaust.net.change: string, exhaust.net.interface.index: int, exhaust.net.mac:
            string, exhaust.net.previous: map(string, dyn), exhaust.net.state: string, network.interface.name: string,
            network.type: string}
            """
        ),
        (
            "exhaust.net.probe",
            """
            {destination.address: string, destination.port: int, error.message: string, error.type: string,
            event.outcome: string, exhaust.net.probe.certificate_days: double, exhaust.net.probe.connect_seconds:
            double, exhaust.net.probe.duration_seconds: double, exhaust.net.probe.first_byte_seconds: double,
            exhaust.net.probe.handshake_seconds: double, exhaust.net.probe.kind: string, exhaust.net.probe.name: string,
            exhaust.net.probe.packets_received: int, exhaust.net.probe.packets_sent: int,
            exhaust.net.probe.resolve_seconds: double, exhaust.net.probe.rtt_max_seconds: double,
            exhaust.net.probe.rtt_mean_seconds: double, exhaust.net.probe.rtt_min_seconds: double,
            exhaust.net.probe.target: string, http.request.method: string, http.response.status_code: int, tls.cipher:
            string, tls.protocol.version: string, tls.server.issuer: string, tls.server.not_after: string,
            tls.server.subject: string, url.full: string}
            """
        ),
        (
            "exhaust.net.route",
            """
            {exhaust.net.change: string, exhaust.net.destination: string, exhaust.net.gateway: string, exhaust.net.hops:
            list({exhaust.net.gateway: string, network.interface.name: string}), exhaust.net.origin: string,
            exhaust.net.previous: map(string, dyn), exhaust.net.priority: int, exhaust.net.route_type: string,
            exhaust.net.table: int, network.interface.name: string, network.type: string}
            """
        ),
        (
            "exhaust.net.sockets",
            """
            {exhaust.net.ports: list({container.id: string, exhaust.net.drops: int, exhaust.net.queue: int,
            exhaust.net.queue_limit: int, exhaust.systemd.unit: string, network.interface.name: string,
            network.local.address: string, network.local.port: int, network.transport: string, network.type: string,
            process.command: string, process.executable.path: string, process.pid: int, process.user.id: int,
            process.user.name: string}), exhaust.net.sockets: map(string, map(string, int)), exhaust.net.unattributed:
            int}
            """
        ),
        (
            "exhaust.net.tls",
            """
            {destination.address: string, destination.ip: string, destination.port: int, event.start: string,
            exhaust.net.tls.alert: string, exhaust.net.tls.client.encrypted_hello: bool,
            exhaust.net.tls.client.protocols: list(string), exhaust.net.tls.client.versions: list(string),
            exhaust.net.tls.hello_retry: bool, exhaust.net.tls.incomplete: bool, exhaust.net.tls.latency_seconds:
            double, exhaust.net.tls.problem: string, exhaust.net.tls.state: string, network.community_id: string,
            network.transport: string, network.type: string, source.address: string, source.ip: string, source.port:
            int, tls.cipher: string, tls.client.server_name: string, tls.next_protocol: string, tls.protocol.name:
            string, tls.protocol.version: string, tls.resumed: bool}
            """
        ),
    ]
}
