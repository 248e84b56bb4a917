import ExhaustCore
import ExhaustTestSupport
import Glibc

/// One of the programs, as `swift build` leaves it beside the test's own.
struct Program: CustomStringConvertible {
    /// What a run gave.
    struct Result {
        let status: Int32
        let output: String
        let errors: String

        /// The output's lines as events.
        func events() throws -> [Event] {
            try output.split(separator: "\n").map { try EventJSON.decode(Array($0.utf8)) }
        }
    }

    let name: String
    var description: String { name }

    /// The project's root folder.
    static let root = String(#filePath.prefix(#filePath.count - "/Tests/ContractTests/Program.swift".count))

    /// The program's path.
    var path: String { "\(Programs.folder)/\(name)" }

    /// Runs the program to its end, with `input` on its standard input.
    func run(
        _ arguments: [String], input: String = "", environment: [String: String] = [:]
    ) async throws -> Result {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let source = try directory.write(Array(input.utf8), to: "input")
        let (output, errors) = ("\(directory.path)/output", "\(directory.path)/errors")
        let process = try ChildProcess(
            [path] + arguments, environment: environment, input: source, output: output, errors: errors)
        let status = await process.wait(upTo: .seconds(60))
        if status == nil { process.signal(SIGKILL) }
        return Result(status: status ?? -1, output: try Self.text(output), errors: try Self.text(errors))
    }

    /// Starts the program, sends it each signal once it has logged the word before it, and waits for its end. Both
    /// outputs are in the result's `errors`.
    func run(_ arguments: [String], signals: [(after: String, number: Int32)]) async throws -> Result {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let log = "\(directory.path)/log"
        let process = try ChildProcess([path] + arguments, output: log)
        for signal in signals {
            let deadline = ContinuousClock.now + .seconds(20)
            while !(try Self.text(log)).contains(signal.after), ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(20))
            }
            process.signal(signal.number)
        }
        let status = await process.wait(upTo: .seconds(40))
        if status == nil { process.signal(SIGKILL) }
        return Result(status: status ?? -1, output: "", errors: try Self.text(log))
    }

    private static func text(_ path: String) throws -> String {
        String(decoding: try FileContent.read(path), as: UTF8.self)
    }
}
