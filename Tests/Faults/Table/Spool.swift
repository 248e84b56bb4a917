import ExhaustCore
import Glibc

extension Fault {
    /// A spool that finds its disk full.
    static let spool = [
        full("drop-oldest", "drops the oldest events, and counts exactly those"),
        full("block", "makes the source wait"),
    ]

    private static func full(_ policy: String, _ effect: String) -> Fault {
        Fault(
            name: "spool full, \(policy)",
            summary: "the broker stops for 10 s while the spool has a disk of 2 MB: the emitter \(effect)"
        ) { stage in
            let folder = "\(stage.folder)/spool"
            mkdir(folder, 0o755)
            guard mount("tmpfs", folder, "tmpfs", 0, "size=2m") == 0 else {
                throw ExhaustError(.unavailable, errno: errno, "cannot mount a tmpfs", at: folder)
            }
            stage.finally { umount2(folder, Int32(MNT_DETACH)) }
            let load = try await UnderLoad(
                stage, nil,
                Probe.Settings(rate: 500, filler: 3000, spool: folder, keys: ["spool.full=\(policy)"]))
            return try await load.run {
                await load.broker.halt()
                try await Task.sleep(for: .seconds(10))
                try await load.broker.boot()
            }
        }
    }
}
