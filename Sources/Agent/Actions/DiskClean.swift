import ExhaustCore
import ExhaustRuntime

/// `disk.clean`: deletes files of a name and age below a folder.
package struct DiskClean: ActionExecutor {
    private let timeout: Duration

    /// Stops after `timeout` with what it has done by then.
    package init(timeout: Duration) { self.timeout = timeout }

    package var actions: [ActionSpec] {
        [
            ActionSpec(
                "disk.clean", idempotent: true, lane: "path",
                parameters: [
                    "path": ParameterSpec(.path), "pattern": ParameterSpec(.pattern),
                    "older_than": ParameterSpec(.duration, default: "0s"),
                ])
        ]
    }

    package func execute(_ call: ActionCall) async throws -> ActionReport {
        let sweep = FileSweep(
            path: call.text("path"), pattern: call.text("pattern"),
            modifiedBefore: Timestamp.now() - call.duration("older_than"), deadline: ContinuousClock.now + timeout)
        let swept = try await withThread(named: "disk.clean") { try sweep.run() }
        var report = ActionReport(
            succeeded: swept.failures == 0 && !swept.isCutShort, changed: swept.removed > 0,
            output: ["removed": .int(Int64(swept.removed)), "bytes": .int(swept.bytes)])
        if swept.failures > 0 {
            report.output["failures"] = .int(Int64(swept.failures))
            report.reason = "\(swept.failures) files or folders not cleaned; first: \(swept.firstFailure ?? "")"
        }
        if swept.isCutShort { report.reason = "not done within \(timeout.inSeconds) s" }
        return report
    }
}
