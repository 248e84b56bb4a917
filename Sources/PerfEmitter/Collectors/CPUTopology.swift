/// How CPUs share cores, from /sys/devices/system/cpu.
struct CPUTopology {
    let sys: String

    /// The number of cores; `nil` where the kernel does not tell, as in some virtual machines. Threads of one core
    /// list the same siblings.
    func physicalCount() -> Int? {
        var cores: Set<[UInt8]> = []
        var number = 0
        // CPU numbers have holes where CPUs are offline; nothing beyond a long hole is looked for.
        var missing = 0
        while missing < 64 {
            let topology = "\(sys)/devices/system/cpu/cpu\(number)/topology"
            let siblings = content("\(topology)/core_cpus_list") ?? content("\(topology)/thread_siblings_list")
            if let siblings { cores.insert(siblings) }
            missing = siblings == nil ? missing + 1 : 0
            number += 1
        }
        return cores.isEmpty ? nil : cores.count
    }

    private func content(_ path: String) -> [UInt8]? {
        // A CPU without topology is offline or not there, which is an answer and no failure.
        guard let scanner = try? ByteFile(path).read() else { return nil }
        return Array(scanner.rest)
    }
}
