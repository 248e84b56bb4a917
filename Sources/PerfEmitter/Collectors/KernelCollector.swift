package import ExhaustCore

/// Limits and state of the kernel: file handles, entropy, process limits, taint, hung tasks (/proc/sys).
package struct KernelCollector: Collector {
    package let name = "kernel"
    package let counters: Set<String> = ["exhaust.kernel.hung_tasks"]
    private let fileHandles: ByteFile
    private let numbers: [(key: String, file: ByteFile)]

    package init(_ roots: Roots) {
        fileHandles = ByteFile("\(roots.proc)/sys/fs/file-nr")
        numbers = [
            ("exhaust.entropy.available", "random/entropy_avail"), ("exhaust.entropy.pool_size", "random/poolsize"),
            ("exhaust.process.pid_limit", "pid_max"), ("exhaust.process.thread_limit", "threads-max"),
            ("exhaust.kernel.taint", "tainted"), ("exhaust.kernel.hung_tasks", "hung_task_detect_count"),
        ].map { ($0, ByteFile("\(roots.proc)/sys/kernel/\($1)")) }
    }

    package mutating func collect(into data: inout ValueMap, moment: inout SampleMoment) throws {
        if var text = try fileHandles.readIfPresent(), let allocated = text.number() {
            text.skipWords(1)  // free ones, which is always 0 since Linux 2.6
            data["exhaust.file_handles.usage"] = allocated.value
            data["exhaust.file_handles.limit"] = text.number()?.value
        }
        for (key, file) in numbers {
            guard var text = try file.readIfPresent() else { continue }
            data[key] = text.number()?.value
        }
    }
}
