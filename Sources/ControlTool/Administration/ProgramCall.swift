import CLinux
import ExhaustCore
import Glibc
import Subprocess

/// One run of another program, to its end.
struct ProgramCall {
    /// What it left.
    struct Result {
        let status: Int32
        let output: [UInt8]
        /// The end of what it complained of.
        let complaint: String
    }

    /// More than the definitions of any broker.
    private static let outputLimit = 64 << 20

    /// Runs `program`, a path or a name to be found in PATH, with `input` on its standard input.
    static func run(_ program: String, _ arguments: [String], input: [UInt8]? = nil) async throws -> Result {
        // A file, not a pipe: writing into a pipe that the program does not read would end this process.
        let file = try input.map { try memory($0) } ?? open("/dev/null", O_RDONLY | O_CLOEXEC)
        defer { close(file) }
        let executable: Executable = program.contains("/") ? .path(.init(program)) : .name(program)
        do {
            let result = try await Subprocess.run(
                executable, arguments: Arguments(arguments),
                input: .fileDescriptor(.init(rawValue: file), closeAfterSpawningProcess: false),
                output: .bytes(limit: outputLimit), error: .string(limit: outputLimit))
            let status: Int32 =
                switch result.terminationStatus {
                case .exited(let status): status
                case .signaled(let signal): 128 + signal
                }
            return Result(
                status: status, output: result.standardOutput, complaint: lastWords(of: result.standardError))
        } catch let error as SubprocessError {
            throw ExhaustError(.unavailable, "cannot run \(program): \(error)")
        }
    }

    /// A file in memory with `bytes`, to be read from its beginning: password hashes touch no disk.
    private static func memory(_ bytes: [UInt8]) throws -> Int32 {
        let file = exhaust_sealed_memory("exhaustctl", bytes.count)
        guard file >= 0 else { throw ExhaustError(.cannotCreate, errno: errno, "cannot make a file in memory") }
        guard write(file, bytes, bytes.count) == bytes.count, lseek(file, 0, SEEK_SET) == 0 else {
            let number = errno
            close(file)
            throw ExhaustError(.inputOutput, errno: number, "cannot write a file in memory")
        }
        return file
    }

    private static func lastWords(of text: String) -> String {
        text.split(separator: "\n").map { $0.trimming(" ") }.filter { !$0.isEmpty }.suffix(4).joined(separator: "; ")
    }
}

extension Substring {
    fileprivate func trimming(_ character: Character) -> Substring {
        let rest = drop { $0 == character }
        return rest.lastIndex { $0 != character }.map { rest[...$0] } ?? rest
    }
}
