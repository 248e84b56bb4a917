import ExhaustCore
import ExhaustRuntime
import Logging

/// Publishes the execs of an audit.log: pipe mode. Such a log has no ends of processes.
struct AuditReplay {
    let path: String
    let logger: Logger

    /// Reads to the end. A line that is none of audit's is logged with its place and counted in `rejections`.
    func run(into outbox: Outbox, maker: RecordMaker, _ rejections: Rejections) async throws {
        let reader = try LineReader(path: path)
        var assembler = AuditAssembler()
        var maker = maker
        // With no room to wait in, each exec is told of at once.
        var limits = CommandJoin.Limits()
        limits.executions = 0
        var join = CommandJoin(bootID: "unknown", hasKernel: true, limits: limits)
        while let line = try reader.nextLine(isCancelled: { Task.isCancelled }) {
            let text = String(decoding: line.bytes ?? [], as: UTF8.self)
            if line.bytes != nil, text.allSatisfy(\.isWhitespace) { continue }
            guard let record = AuditRecord(line: text) else {
                rejections.add()
                logger.error(
                    "input line is no audit record", metadata: ["input.line": "\(reader.name):\(line.number)"])
                continue
            }
            guard let event = assembler.add(record) else { continue }
            join.note(event)
            for record in join.advance(to: event.time) {
                try await outbox.accept(maker.telemetry(of: record, received: nil))
            }
        }
    }
}
