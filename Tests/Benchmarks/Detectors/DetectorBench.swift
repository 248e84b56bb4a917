import Analyzer
import ArgumentParser
import ExhaustCore
import ExhaustRuntime
import Glibc

/// Events made in memory through the engine with one rule: what an event costs, and what is remembered of a key. Never
/// installed.
@main
struct DetectorBench: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "exhaust-bench-detectors")

    @Argument(help: "A rule file.") var rules: String
    @Argument(help: "The rule to measure.") var fact: String
    @Option(help: "How many events.") var events = 500_000
    @Option(help: "Of how many keys; as many as events for a flood.") var keys = 10_000
    @Option(help: "From how many hosts.") var hosts = 500

    func run() throws {
        let rule = try RuleSet.load([rules]).rules.filter { $0.fact == fact }
        let source = EventSource(host: .localhost, role: "analyzer", incarnation: "0")
        var engine = AnalyzerEngine(rules: rule, factory: EventFactory(source: source, seed: 1))
        let names = (0..<hosts).map { HostID("h-\($0)") ?? .localhost }
        var told = 0
        let (memory, start) = (Self.residentKiB(), Self.cpuSeconds())
        for number in 0..<events {
            let event = event(number, names)
            told += engine.advance(to: event.time).count + engine.handle(event, now: event.time).count
        }
        let seconds = Self.cpuSeconds() - start
        let grown = Self.residentKiB() - memory
        print(
            "\(fact): \(Int(seconds / Double(events) * 1e9)) ns an event, \(events) events of \(keys) keys on",
            "\(hosts) hosts, \(told) told; memory grew by \(grown) KiB, \(grown * 1024 / keys) bytes a key")
        withExtendedLifetime(engine) {}
    }

    /// Events a millisecond apart, in an order that jumps from key to key.
    private func event(_ number: Int, _ names: [HostID]) -> Event {
        // 7919 is prime, so that all are hit, and neighbours are seldom near each other in memory.
        let key = number * 7919 % keys
        var event = Event(
            type: EventType(rawValue: "bench.detectors"),
            source: "//h/emitter-syslog/01JD3Q8W2V9X7E6R5T4Y3U2I1P", id: "\(number + 1)",
            time: Timestamp(seconds: 1_800_000_000, nanoseconds: Int64(number) * 1_000_000),
            host: names[key % names.count])
        event.data = [
            "key": .string("key-\(key)"), "number": .int(Int64(number * 31 % 100)),
            "text": .string("text-\(number * 17 % 1000)"),
        ]
        return event
    }

    private static func cpuSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// `VmRSS` of /proc/self/status.
    private static func residentKiB() -> Int {
        guard let file = fopen("/proc/self/status", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, 256, file) != nil {
            let words = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
                .split { $0 == " " || $0 == "\t" }
            if words.first == "VmRSS:", words.count > 1 { return Int(words[1]) ?? 0 }
        }
        return 0
    }
}
