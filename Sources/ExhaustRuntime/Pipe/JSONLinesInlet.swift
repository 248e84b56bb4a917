package import ExhaustCore
package import Logging

/// Events from JSON lines, one a line. A line that is no event is reported with its place, counted and passed over.
/// `next` blocks: in pipe mode the runtime gives a role a thread of its own.
package final class JSONLinesInlet: EventInlet {
    private let reader: LineReader
    private let rejections: Rejections
    private let logger: Logger

    package init(path: String, rejections: Rejections, logger: Logger) throws(ExhaustError) {
        reader = try LineReader(path: path)
        self.rejections = rejections
        self.logger = logger
    }

    package func next() async throws -> Delivery? {
        while let line = try reader.nextLine(isCancelled: { Task.isCancelled }) {
            guard let bytes = line.bytes else {
                reject(line.number, "the line is too long")
                continue
            }
            if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x0d || $0 == 0x09 }) { continue }
            do {
                let event = try EventJSON.decode(bytes)
                return Delivery(events: [event], tag: DeliveryTag(generation: 0, number: UInt64(line.number)))
            } catch {
                reject(line.number, "\(error)")
            }
        }
        return nil
    }

    private func reject(_ number: Int, _ reason: String) {
        rejections.add()
        logger.error(
            "input line is no event",
            metadata: ["input.line": "\(reader.name):\(number)", "error.message": "\(reason)"])
    }

    package func acknowledge(_ delivery: Delivery) async {}
    package func acknowledgeOne(_ delivery: Delivery) async {}
    package func close() async {}
}
