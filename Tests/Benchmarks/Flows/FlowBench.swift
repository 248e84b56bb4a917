import ArgumentParser
import ExhaustCore
import Glibc
import NetEmitter

/// Frames made in memory through the parser and the table of flows: packets a second of one core, and the memory that
/// is used. Never installed.
@main
struct FlowBench: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "exhaust-bench-flows")

    @Option(help: "How many packets.") var packets = 20_000_000
    @Option(help: "Over how many flows; as many as packets for a flood.") var flows = 10_000
    @Option(help: "How many flows the table holds.") var limit = 65_536
    @Flag(help: "Make the event of each flow too.") var events = false

    func run() {
        var limits = FlowLimits()
        limits.flows = limit
        var table = FlowTable(limits: limits)
        let telemetry = FlowTelemetry()
        var (stream, parser) = (FrameStream(flows: flows), PacketParser())
        let makesEvents = events
        var (told, fields) = (0, 0)
        let before = Self.peakKiB()
        let start = Self.cpuSeconds()
        for number in 0..<packets {
            stream.packet(number, &parser) { packet in
                table.take(packet) { record in
                    told += 1
                    if makesEvents { fields += telemetry.record(of: record).data.count }
                }
            }
        }
        let seconds = Self.cpuSeconds() - start
        print(
            "\(packets) packets of \(flows) flows: \(Int(Double(packets) / seconds)) a second of CPU time,",
            "\(told) records (\(fields) fields), \(table.count) flows in the table, \(table.crowdedOut) crowded out,",
            "peak RSS \(before) KiB before, \(Self.peakKiB()) KiB after")
    }

    private static func usage() -> rusage {
        var usage = rusage()
        getrusage(RUSAGE_SELF.rawValue, &usage)
        return usage
    }

    private static func cpuSeconds() -> Double {
        let usage = usage()
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }

    private static func peakKiB() -> Int { usage().ru_maxrss }
}

/// Frames with data of TCP connections, in an order that jumps from one to the other, a microsecond apart. Of each only
/// the headers are there, as a short snap length leaves them.
private struct FrameStream {
    let flows: Int
    private var bytes = [UInt8](repeating: 0, count: 54)

    init(flows: Int) {
        self.flows = flows
        put(UInt16(0x0800), at: 12)
        put(UInt16(0x4500), at: 14)
        put(UInt16(1500), at: 16)
        put(UInt16(0x4006), at: 22)
        put(UInt16(0x5018), at: 46)
        put(UInt16(500), at: 48)
    }

    /// Parses the frame with this number, and hands over its packet.
    @inline(__always)
    mutating func packet(_ number: Int, _ parser: inout PacketParser, _ body: (Packet) -> Void) {
        // 7919 is prime, so that all are hit, and neighbours are seldom near each other in memory.
        let flow = UInt32(truncatingIfNeeded: number * 7919 % flows)
        let round = UInt32(truncatingIfNeeded: number / flows)
        let (client, server) = (0x0a00_0000 | flow >> 4, UInt32(0xc0a8_0001))
        let (port, service) = (UInt16(40_000 + flow % 16), UInt16(443))
        let isBack = round % 2 == 1
        put(isBack ? server : client, at: 26)
        put(isBack ? client : server, at: 30)
        put(isBack ? service : port, at: 34)
        put(isBack ? port : service, at: 36)
        put(1000 &+ round / 2 &* 1448, at: 38)
        put(1000 &+ round / 2 &* 1448, at: 42)
        let time = Timestamp(seconds: 1_700_000_000, nanoseconds: Int64(number) * 1000)
        bytes.withUnsafeBytes {
            if let packet = parser.parse(FrameBytes($0), linkType: .ethernet, time: time, frameLength: 1514) {
                body(packet)
            }
        }
    }

    @inline(__always)
    private mutating func put(_ number: some FixedWidthInteger, at offset: Int) {
        bytes.withUnsafeMutableBytes { $0.storeBytes(of: number.bigEndian, toByteOffset: offset, as: type(of: number)) }
    }
}
