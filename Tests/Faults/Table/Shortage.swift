import ExhaustTestSupport

extension Fault {
    /// A broker or an emitter that is short of something.
    static let shortage = [
        alarm("disk alarm", set: ["set_disk_free_limit", "90000GB"], back: ["set_disk_free_limit", "50MB"]),
        alarm(
            "memory alarm", set: ["set_vm_memory_high_watermark", "0.0000001"],
            back: ["set_vm_memory_high_watermark", "0.4"]),
        Fault(
            name: "spool full", summary: "the broker is away until a spool on a filesystem of 2 MB has dropped events",
            needs: [.root]
        ) { stage in
            let disk = "\(stage.folder)/disk"
            try await ChildProcess.run(["mkdir", disk])
            try await ChildProcess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk])
            stage.finally { _ = try? await ChildProcess.run(["umount", "--lazy", disk]) }
            let load = try await UnderLoad(
                stage, nil, Probe.Settings(rate: 4000, filler: 400, spool: "\(disk)/spool"))
            return try await load.run {
                try await load.broker.kill()
                try await Task.sleep(for: .seconds(12))
                try await load.broker.boot()
            }
        },
    ]

    private static func alarm(_ name: String, set: [String], back: [String]) -> Fault {
        Fault(name: name, summary: "rabbitmqctl \(set.joined(separator: " ")), and back 10 s later") { stage in
            let load = try await UnderLoad(stage)
            return try await load.run {
                stage.finally { _ = try? await load.broker.control(back) }
                try await load.broker.control(set)
                try await Task.sleep(for: .seconds(10))
                try await load.broker.control(back)
            }
        }
    }
}
