import CRabbitMQ
import ExhaustCore

/// One open AMQP connection with one channel. It belongs to the thread that made it: librabbitmq's states know no
/// locks, and with a second channel its waits would drop frames of the first.
final class BrokerLink {
    let address: BrokerAddress
    let login: String
    /// Silence after which the broker counts as dead, as negotiated.
    var heartbeat: Duration
    let state: amqp_connection_state_t
    let call: WatchedCall
    /// How long a call may take before the watchdog ends it: 2 heartbeats and 3 s.
    private let patience: Duration
    var assembler = FrameAssembler()

    /// The frame size to ask for; RabbitMQ's own default.
    static let frameMax: Int32 = 131_072
    static let connectTimeout: Duration = .seconds(10)

    /// Connects, checks the certificate, logs in and opens the channel. Blocks for up to about half a minute.
    init(configuration: BrokerConfiguration, connectionName: String, watchdog: Watchdog) throws {
        guard let state = amqp_new_connection() else {
            throw BrokerFailure(.lost, "no memory for a connection to \(configuration.address)")
        }
        self.state = state
        address = configuration.address
        login = configuration.login
        heartbeat = configuration.heartbeat
        patience = heartbeat * 2 + .seconds(3)
        call = watchdog.register()
        // From here on `deinit` frees the state, also when one of these throws.
        try openSocket(configuration)
        try logIn(configuration, connectionName: connectionName)
        guarded { _ = amqp_channel_open(state, 1) }
        try checkReply("cannot open a channel on")
    }

    deinit { amqp_destroy_connection(state) }

    /// The socket, for poll(2).
    var socket: Int32 { amqp_get_sockfd(state) }

    /// Tells the broker that this is the end, so that it neither logs a fault nor waits for the socket.
    func closePolitely() {
        guarded { _ = amqp_connection_close(state, Int32(AMQP_REPLY_SUCCESS)) }
    }

    /// Runs a call into librabbitmq under the watchdog's eye.
    func guarded<T>(_ body: () -> T) -> T {
        call.begin(socket: socket, limit: patience)
        defer { call.end() }
        return body()
    }

    /// Throws if the last remote call failed.
    func checkReply(_ operation: String) throws {
        if let failure = BrokerFailure(reply: amqp_get_rpc_reply(state), during: operation, address: address) {
            throw failure
        }
    }

    /// Throws unless `status` is that of a success.
    func check(_ status: Int32, _ operation: String) throws {
        guard status != AMQP_STATUS_OK.rawValue else { return }
        if call.wasShutDown {
            throw BrokerFailure(.lost, "\(operation) \(address): no answer within \(patience)")
        }
        throw BrokerFailure(status: status, during: operation, address: address)
    }
}
