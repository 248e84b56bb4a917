import ArgumentParser
import ExhaustCore
import ExhaustRuntime
import PerfEmitter

/// `exhaust-emitter-perf`: CPU, memory, filesystems, load and processes at an interval.
@main
struct PerfEmitterCommand: RoleCommand {
    typealias RoleType = PerfEmitterRole

    static let configuration = describe(
        "Publish performance metrics: CPU, memory, filesystems, load and processes, at an interval.",
        example: "exhaust-emitter-perf --once --to -")

    @OptionGroup var options: RoleOptions

    @Option(name: .long, help: "Where the host's /proc is.", completion: .directory)
    var proc: String?

    @Option(name: .long, help: "Where the host's /sys is.", completion: .directory)
    var sys: String?

    @Option(name: .long, help: "Where the host's root folder is.", completion: .directory)
    var rootfs: String?

    var overrides: [FlagOverride] {
        [("proc", proc), ("sys", sys), ("rootfs", rootfs)].compactMap { key, path in
            path.map { FlagOverride("--\(key)", key, .string($0)) }
        }
    }
}
