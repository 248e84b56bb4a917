import CRabbitMQ
import ExhaustCore
import Glibc

extension BrokerLink {
    /// OpenSSL's tables, made once: undoing that is what deadlocks (rabbitmq-c issues 444 and 737).
    private static let libraryStatus = amqp_initialize_ssl_library()

    /// Connects the socket, with TLS the certificate checked.
    func openSocket(_ configuration: BrokerConfiguration) throws {
        let socket = address.usesTLS ? try secureSocket(configuration) : amqp_tcp_socket_new(state)
        guard let socket else { throw BrokerFailure(.lost, "no memory for a connection to \(address)") }
        var timeout = Self.connectTimeout.timeval
        // Name resolution may block for longer; nothing but this thread waits for it.
        try check(
            amqp_socket_open_noblock(socket, address.host, Int32(address.port), &timeout), BrokerFailure.connecting)
        // Sent data that nobody acknowledges ends the connection even while librabbitmq does not look.
        var limit = UInt32(clamping: (heartbeat * 2).inMilliseconds)
        setsockopt(self.socket, Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, &limit, socklen_t(MemoryLayout<UInt32>.size))
    }

    private func secureSocket(_ configuration: BrokerConfiguration) throws -> OpaquePointer? {
        try check(Self.libraryStatus, "cannot set up OpenSSL for")
        guard let socket = amqp_ssl_socket_new(state) else { return nil }
        amqp_ssl_socket_set_verify_peer(socket, 1)
        amqp_ssl_socket_set_verify_hostname(socket, 1)
        try check(amqp_ssl_socket_set_ssl_versions(socket, AMQP_TLSv1_2, AMQP_TLSvLATEST), "cannot set TLS 1.2 for")
        if let file = configuration.caFile {
            guard amqp_ssl_socket_set_cacert(socket, file) == AMQP_STATUS_OK.rawValue else {
                throw BrokerFailure(.refusedConnection, "\(file): cannot read certificate authorities from ca_file")
            }
        } else if exhaust_trust_system(socket) != 1 {
            throw BrokerFailure(.refusedConnection, "cannot read the system's certificate authorities")
        }
        if let certificate = configuration.certificateFile, let key = configuration.keyFile,
            amqp_ssl_socket_set_key(socket, certificate, key) != AMQP_STATUS_OK.rawValue
        {
            throw BrokerFailure(
                .refusedConnection, "\(certificate), \(key): cannot read certificate and key, or they do not match")
        }
        return socket
    }

    /// Logs in, by password or certificate, and agrees on the heartbeat.
    func logIn(_ configuration: BrokerConfiguration, connectionName: String) throws {
        var timeout = (heartbeat * 2).timeval
        try check(amqp_set_handshake_timeout(state, &timeout), "cannot set a timeout for")
        try check(amqp_set_rpc_timeout(state, &timeout), "cannot set a timeout for")
        let password: String?
        do { password = try configuration.credential() } catch {
            throw BrokerFailure(.refusedConnection, "cannot read the password: \(error)")
        }
        let seconds = Int32(clamping: heartbeat.components.seconds)
        let reply = guarded {
            exhaust_login(
                state, address.vhost, Self.frameMax, seconds, configuration.login, password, connectionName)
        }
        if let failure = BrokerFailure(reply: reply, during: BrokerFailure.loggingIn, address: address) {
            throw failure
        }
        let agreed = amqp_get_heartbeat(state)
        if agreed > 0 { heartbeat = .seconds(Int(agreed)) }
    }
}

extension Duration {
    /// As C writes it.
    fileprivate var timeval: timeval {
        let (seconds, attoseconds) = components
        return Glibc.timeval(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
    }
}
