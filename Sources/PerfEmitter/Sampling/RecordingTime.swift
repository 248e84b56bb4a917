package import ExhaustCore

extension Sampler {
    /// When a recorded tree was recorded: the second of its boot, and its uptime.
    ///
    /// - Throws: `ExhaustError` if the tree does not say.
    package static func timeOfRecording(_ roots: Roots) throws -> Timestamp {
        let statistics = ByteFile("\(roots.proc)/stat")
        guard let boot = KernelStatistics(try statistics.read())?.bootSecond, boot < 1 << 40 else {
            throw ExhaustError(.invalidData, "no btime says when the tree was recorded", at: statistics.path)
        }
        // Some trees lack the uptime; their time is that of boot then, which is the same in every run too.
        guard var uptime = try? ByteFile("\(roots.proc)/uptime").read(), let seconds = uptime.decimal(),
            seconds < 1e10
        else { return Timestamp(seconds: boot) }
        return Timestamp(seconds: boot, nanoseconds: Int64((seconds * 100).rounded()) * 10_000_000)
    }
}
