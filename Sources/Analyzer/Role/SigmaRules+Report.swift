import Logging

extension SigmaRules {
    /// Tells which rules do not run, or not whole, and why.
    func report(to logger: Logger) {
        for entry in entries where !entry.gaps.isEmpty {
            logger.info(
                entry.rule == nil ? "a Sigma rule does not run" : "a Sigma rule runs in part",
                metadata: ["rule.file": "\(entry.file)", "reason": "\(entry.gaps.joined(separator: "; "))"])
        }
    }
}
