import ExhaustCore
import ExhaustRuntime

/// Publishes what a capture file shows: pipe mode. Time is the packets' own, so that every run over the same file gives
/// the same events.
struct CaptureReplay {
    let path: String
    let context: RoleContext
    /// So many records leave together, those of one type behind each other.
    private static let groupSize = 256

    /// Reads all of the file. Where it is damaged, that is logged with its place and counted.
    func run(_ configuration: PacketConfiguration) async throws {
        let file = try CaptureFile(path: path)
        var pipeline = PacketPipeline(
            configuration, flows: FlowTable(limits: configuration.limits), telemetry: FlowTelemetry())
        while !Task.isCancelled {
            do throws(ExhaustError) {
                guard let frame = try file.next() else { break }
                pipeline.take(frame)
            } catch {
                guard error.code == .invalidData else { throw error }
                context.rejections.add()
                context.logger.error("part of the file is damaged", metadata: ["error.message": "\(error)"])
            }
            if pipeline.count >= Self.groupSize { try await publish(pipeline.takeRecords()) }
        }
        pipeline.finish()
        try await publish(pipeline.takeRecords())
    }

    private func publish(_ records: [TelemetryRecord]) async throws {
        let records = RecordDesk.grouped(records)
        let taken = context.outbox.offer(records)
        for record in records.dropFirst(taken) { try await context.outbox.accept(record) }
    }
}
