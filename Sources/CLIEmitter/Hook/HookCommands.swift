package import ArgumentParser
import ExhaustCore
import ExhaustRuntime
import Glibc

/// `install-hooks`: lets every new shell report its commands.
package struct InstallHooks: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "install-hooks", abstract: "Let new shells of all users report their commands.")

    @OptionGroup var place: HookPlace
    @Option(help: "The socket of the emitter.") var socket = HookSocket.standardPath

    package init() {}

    package func run() throws {
        try place.forEachShell("install-hooks", socket: socket) { try $0.install($1) }
    }
}

/// `remove-hooks`: undoes `install-hooks`; shells that run already keep theirs.
package struct RemoveHooks: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "remove-hooks", abstract: "Undo install-hooks; shells that run keep their hook.")

    @OptionGroup var place: HookPlace

    package init() {}

    package func run() throws {
        try place.forEachShell("remove-hooks") { try $0.remove($1) }
    }
}

/// What both commands take.
package struct HookPlace: ParsableArguments {
    @Option(help: "bash, zsh or fish; those that the machine has by default. May be repeated.") var shell:
        [HookFiles.Shell] = []
    @Option(help: "The folder that holds the machine's files.") var root = "/"
    @Option(help: "The folder with the hook scripts; by default share/exhaust/hooks beside the program.")
    var hooks: String?
    @Option(help: "The helper; by default exhaust-cli-report beside the program.") var helper: String?

    package init() {}

    /// Runs `body` for each shell and prints the files that it changed.
    func forEachShell(
        _ command: String, socket: String = HookSocket.standardPath,
        _ body: (HookFiles, HookFiles.Shell) throws -> [String]
    ) throws {
        let folder = Self.programFolder
        let files = HookFiles(
            root: root, source: hooks ?? "\(folder)/../share/exhaust/hooks",
            helper: helper ?? "\(folder)/exhaust-cli-report", socket: socket)
        do {
            let changed = try (shell.isEmpty ? HookFiles.Shell.allCases.filter(files.isPresent) : shell).flatMap {
                try body(files, $0)
            }
            print(changed.isEmpty ? "nothing to change" : changed.joined(separator: "\n"))
        } catch {
            throw ExitReport.exitCode(for: error, program: "exhaust-emitter-cli-logging \(command)")
        }
    }

    private static var programFolder: String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let length = readlink("/proc/self/exe", &buffer, buffer.count)
        let path = String(decoding: buffer.prefix(max(0, length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return path.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }
    }
}

extension HookFiles.Shell: ExpressibleByArgument {}
