import ExhaustRuntime

@testable import AcctEmitter

/// Messages of taskstats, made by hand.
enum Taskstats {
    /// The offsets behind which version 15 put two numbers more.
    private static let totals: Set<Int> = [24, 40, 56, 320, 336, 360, 408, 424]

    static func bytes<T: FixedWidthInteger>(_ number: T) -> [UInt8] { withUnsafeBytes(of: number) { Array($0) } }

    /// A `struct taskstats` whose numbers of 64 bits are their offsets in version 14, but for what is given.
    static func structure(
        version: UInt16 = 16, task: UInt32 = 70, process: UInt32 = 70, flags: AcctFlags = .group, start: UInt64 = 1000,
        elapsed: UInt64 = 2_500_000, status: UInt32 = 0
    ) -> [UInt8] {
        var result: [UInt8] = []
        for offset in stride(from: 0, to: version == 13 ? 416 : 432, by: 8) {
            switch offset {
            case 0: result += bytes(version) + [0, 0] + bytes(status)
            case 8: result += [flags.rawValue, 0, 0, 0, 0, 0, 0, 0]
            case 80: result += Array("worker".utf8) + [0, 0]
            case 88..<120: result += bytes(UInt64(0))
            case 120: result += bytes(UInt32(5)) + bytes(UInt32(6))
            case 128: result += bytes(task) + bytes(UInt32(1))
            case 136: result += bytes(UInt64(start))
            case 144, 376: result += bytes(elapsed)
            case 344: result += bytes(start)
            case 368: result += bytes(process) + bytes(UInt32(0))
            default: result += bytes(UInt64(offset))
            }
            if version == 15, totals.contains(offset) { result += [UInt8](repeating: 0xee, count: 16) }
        }
        return result + [UInt8](repeating: 0xee, count: version > 15 ? 128 : 0)
    }

    static func attribute(_ type: UInt16, _ content: [UInt8]) -> [UInt8] {
        let filler = [UInt8](repeating: 0, count: (4 - content.count % 4) % 4)
        return bytes(UInt16(4 + content.count)) + bytes(type) + content + filler
    }

    /// What the kernel sends for one task: a pid, padding, the structure.
    static func message(family: UInt16 = 30, _ structure: [UInt8]) -> [UInt8] {
        let inner = attribute(1, bytes(UInt32(70))) + attribute(6, []) + attribute(3, structure)
        let content = [2, 1, 0, 0] + attribute(4, inner)
        return bytes(UInt32(16 + content.count)) + bytes(family) + bytes(UInt16(0)) + bytes(UInt64(0)) + content
    }

    static func task(
        task: UInt32 = 70, process: UInt32 = 70, flags: AcctFlags = .group, start: UInt64 = 1000,
        elapsed: UInt64 = 2_500_000, status: UInt32 = 0
    ) throws -> TaskRecord {
        let bytes = structure(
            task: task, process: process, flags: flags, start: start, elapsed: elapsed, status: status)
        return try TaskRecord.decode(NetlinkBytes(bytes[...]))
    }
}
