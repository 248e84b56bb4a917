import ArgumentParser
import ExhaustCore
import ExhaustRuntime
import PerfEmitter

/// `exhaust-emitter-perf`: what the host does, at an interval.
@main
struct PerfEmitterCommand: RoleCommand {
    typealias RoleType = PerfEmitterRole

    static let configuration = describe(
        "Publish performance metrics: CPU, memory, disks, network, processes and more, at an interval.",
        example: "exhaust-emitter-perf --once --to -")

    @OptionGroup var options: RoleOptions

    @Option(name: .long, help: "Where the host's /proc is.", completion: .directory)
    var proc: String?

    @Option(name: .long, help: "Where the host's /sys is.", completion: .directory)
    var sys: String?

    @Option(name: .long, help: "Where the host's root folder is.", completion: .directory)
    var rootfs: String?

    @Option(name: .long, help: "Collectors to run, with commas between; 'list' shows all.")
    var collectors: String?

    func validate() throws {
        guard collectors == "list" else { return }
        throw CleanExit.message(CollectorRegistry.list)
    }

    var overrides: [FlagOverride] {
        let paths = [("proc", proc), ("sys", sys), ("rootfs", rootfs)].compactMap { key, path in
            path.map { FlagOverride("--\(key)", key, .string($0)) }
        }
        let names = collectors.map { $0.split(separator: ",").map { Value.string(String($0)) } }
        return paths + (names.map { [FlagOverride("--collectors", "collectors", .list($0))] } ?? [])
    }
}
