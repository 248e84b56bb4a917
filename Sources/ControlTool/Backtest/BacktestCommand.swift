package import ArgumentParser
import ExhaustCore
import ExhaustRuntime
import Glibc

/// `exhaustctl backtest`: what rules and policies would have made of recorded telemetry. Reads only.
package struct BacktestCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "backtest", abstract: "Say what rules and policies would have done with recorded telemetry.",
        discussion: """
            Runs exhaust-analyzer and exhaust-activator on it in event time, at full speed. Nothing is published. Every
            run is taken to end well at once; whether its fact cleared is as recorded. Policies in shadow act too, and
            are marked.

            Example:
              exhaustctl backtest --from recorder:2h --rules /etc/exhaust/rules --policies /etc/exhaust/policies \\
                --config /etc/exhaust/exhaustctl.yaml
            """)

    @Option(help: "A file of events, or recorder:2h for the last two hours at the broker.", completion: .file())
    var from: String

    @Option(help: "A rule file, or a folder of them. May be repeated.", completion: .file())
    var rules: [String]

    @Option(help: "A policy file, or a folder of them. May be repeated.", completion: .file())
    var policies: [String]

    @Option(help: "Read configuration, for the broker, from this YAML file.", completion: .file())
    var config: String?

    @Option(help: "Set one configuration key, such as --set broker.login=observer. May be repeated.")
    var set: [String] = []

    @Flag(help: "Print JSON instead of a table.")
    var json = false

    package init() {}

    package func run() async throws {
        try await reportingErrors {
            let began = Timestamp.now()
            let lines = try await facts()
            var report = BacktestReport()
            for line in lines { report.add(try EventJSON.decode(line)) }
            let end = try from.hasPrefix("recorder:") ? began : Self.lastTime(in: from)
            for line in try await decisions(on: lines, until: end) { report.add(try EventJSON.decode(line)) }
            try StandardOutput.write(json ? report.json : Array(report.table.utf8))
        }
    }

    private func facts() async throws -> [[UInt8]] {
        var arguments = ["--from", from, "--to", "-"]
        if let config { arguments += ["--config", config] }
        arguments += (set + ["rules=\(Self.list(rules))"]).flatMap { ["--set", $0] }
        return try await Self.lines(of: "exhaust-analyzer", arguments)
    }

    /// What the activator says of the facts, if time goes on until `end`.
    private func decisions(on facts: [[UInt8]], until end: Timestamp?) async throws -> [[UInt8]] {
        var lines = facts
        if let end {
            // It means nothing to an activator, but has a time.
            let last = Event(type: .barrier, source: "backtest", id: "end", time: end, host: .localhost)
            lines.append(EventJSON.encode(last))
        }
        let input = try ScratchFile(Array(lines.joined(separator: [10])))
        return try await Self.lines(
            of: "exhaust-activator",
            ["--from", input.path, "--to", "-", "--set", "rehearse=true", "--set", "policies=\(Self.list(policies))"])
    }

    /// The lines that a program beside this one writes.
    private static func lines(of program: String, _ arguments: [String]) async throws -> [[UInt8]] {
        let result = try await ProgramCall.run(Machine.program(program), arguments)
        // 65: part of the input could not be read, which it has said.
        guard result.status == 0 || result.status == 65 else {
            throw ExhaustError(
                ExhaustError.Code(rawValue: result.status) ?? .software, "\(program) failed: \(result.complaint)")
        }
        if result.status == 65 { StandardError.write("exhaustctl: \(program): \(result.complaint)\n") }
        return result.output.split(separator: 10).map { Array($0) }
    }

    /// A list as `--set` takes it.
    private static func list(_ paths: [String]) -> String {
        String(decoding: JSONWriter.bytes(of: .list(paths.map { .string($0) })), as: UTF8.self)
    }

    /// The time of the last event in a file of events; `nil` if its last line is none.
    private static func lastTime(in path: String) throws -> Timestamp? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw ExhaustError(.noInput, errno: errno, "cannot open the input", at: path) }
        defer { close(descriptor) }
        let size = lseek(descriptor, 0, SEEK_END)
        var tail = [UInt8](repeating: 0, count: Int(min(size, 1 << 20)))
        let count = pread(descriptor, &tail, tail.count, size - tail.count)
        guard count > 0, let line = tail.prefix(count).split(separator: 10).last else { return nil }
        // One that is no event was told of by the analyzer.
        return try? EventJSON.decode(Array(line)).time
    }
}

/// A file that is gone with this.
private final class ScratchFile {
    let path: String

    init(_ bytes: [UInt8]) throws {
        var template = Array("\(Machine.environment["TMPDIR"] ?? "/tmp")/exhaustctl-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard descriptor >= 0 else { throw ExhaustError(.cannotCreate, errno: errno, "cannot create", at: path) }
        defer { close(descriptor) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 || errno == EINTR else {
                throw ExhaustError(.inputOutput, errno: errno, "cannot write", at: path)
            }
            rest = rest.dropFirst(max(count, 0))
        }
    }

    deinit { unlink(path) }
}
