extension Fault {
    /// A broker that is short of something.
    static let shortage = [
        alarm("disk alarm", set: ["set_disk_free_limit", "90000GB"], back: ["set_disk_free_limit", "50MB"]),
        alarm(
            "memory alarm", set: ["set_vm_memory_high_watermark", "0.0000001"],
            back: ["set_vm_memory_high_watermark", "0.4"]),
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
