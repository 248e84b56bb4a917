import ExhaustBroker
import ExhaustCore
import ExhaustTestSupport
import Glibc

extension Fault {
    /// More than the emitter can take.
    static let syslogFloods = [
        Fault(
            name: "syslog flood by TCP",
            summary: "200,000 lines a second over four connections for ten seconds: all arrive, each one's in order",
            limit: .seconds(240)
        ) { try await flood($0, SOCK_STREAM, "tcp", connections: 4, rate: 50_000) },
        Fault(
            name: "syslog flood by UDP",
            summary: "as many datagrams as one sender can send in ten seconds: those that arrive or are counted",
            limit: .seconds(240)
        ) { try await flood($0, SOCK_DGRAM, "udp", connections: 1, rate: 1_000_000) },
    ]

    private static let port = 5515

    private static func flood(
        _ stage: Stage, _ type: __socket_type, _ key: String, connections: Int, rate: Int
    ) async throws -> Tally {
        let broker = try await stage.broker()
        let emitter = RoleProcess(stage, "emitter-syslog") { _ in
            RoleCommandLine(
                program: [Programs.role("emitter-syslog")], host: stage.host,
                configuration: broker.configuration(for: Login(.emitterSyslog, host: stage.host)),
                keys: ["unix=[]", "\(key)=[127.0.0.1:\(port)]", "spool.directory="])
        }
        try emitter.start()
        try await wait(for: "the emitter does not listen") { file(emitter.log, contains: "listening") }
        let recorder = try StreamWatch(broker, .stream(Queue.recorder, from: .next), FloodArrivals()) { $1.add($0) }
        stage.finally { await recorder.close() }
        try await Task.sleep(for: .seconds(1))
        let start = ContinuousClock.now
        let sender = try SyslogFlood(type, port: port, connections: connections, rate: rate)
        stage.finally { await sender.stop() }
        try await Task.sleep(for: .seconds(10))
        await sender.stop()
        let sending = (ContinuousClock.now - start).inSeconds
        let sent = sender.count
        try await wait(for: "of \(sent) sent \(recorder.count.arrived) arrived, gaps count \(recorder.count.gaps)") {
            recorder.count.arrived + recorder.count.lost >= sent
        }
        let delivered = (ContinuousClock.now - start).inSeconds
        try await emitter.stop()
        try await wait(for: "more and more arrives") { recorder.isQuiet(for: .seconds(1)) }
        let count = recorder.count
        var tally = Tally(accepted: sent, confirmed: count.arrived, arrived: count.arrived)
        tally.lost = abs(sent - count.arrived - count.lost)
        if count.disordered > 0 { tally.twice.append("\(count.disordered) out of order") }
        tally.notes = [
            "sent \(Int(Double(sent) / sending)) a second",
            "arrived \(Int(Double(count.arrived) / delivered)) a second",
        ]
        tally.notes += count.gaps.sorted { $0.key < $1.key }.map { "\($0.value) by \($0.key)" }
        return tally
    }
}
