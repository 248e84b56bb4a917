import Glibc

extension Fault {
    /// A broker that dies, hangs or restarts.
    static let brokers = [
        Fault(name: "broker killed", summary: "kill -9 of the broker, and its start") {
            let load = try await UnderLoad($0)
            return try await load.run {
                try await load.broker.kill()
                try await load.broker.boot()
            }
        },
        Fault(name: "broker stalled", summary: "SIGSTOP to the broker, SIGCONT 30 s later") { stage in
            let load = try await UnderLoad(stage)
            return try await load.run {
                try load.broker.signal(SIGSTOP)
                stage.finally { try? load.broker.signal(SIGCONT) }
                try await Task.sleep(for: .seconds(30))
                try load.broker.signal(SIGCONT)
            }
        },
        Fault(name: "broker restarted", summary: "a clean stop of the broker, and its start") {
            let load = try await UnderLoad($0)
            return try await load.run {
                await load.broker.halt()
                try await load.broker.boot()
            }
        },
    ]
}
