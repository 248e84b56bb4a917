/// Why a task does not run: the first check that it failed, and the words for a person.
package struct Refusal: Error, Sendable, Hashable {
    /// The check by name; the result's `reason`.
    package enum Reason: String, Sendable, CaseIterable {
        /// More than 64 KiB of payload, or more than eight signatures.
        case oversize
        /// No trusted key signed it, or a signature does not fit.
        case signature
        /// The envelope, its task or the action's parameters have another form than they must.
        case malformed
        /// It is for another host.
        case wrongHost = "wrong-host"
        /// This host's clock runs behind what signed tasks have shown, so no time can be judged.
        case clock
        case notYetValid = "not-yet-valid"
        case expired
        /// Its time runs longer than 15 minutes.
        case windowTooLong = "window-too-long"
        /// The key that signed may not ask for this class of action.
        case keyClass = "key-class"
        /// The key that signed is of another epoch than the task names.
        case keyEpoch = "key-epoch"
        /// The host's policy does not allow it.
        case policy
        /// The host's policy allows it, but not so often.
        case rate
        /// The agent cannot write it down, so it must not run.
        case ledger
    }

    package let reason: Reason
    /// What exactly, such as the name of the parameter.
    package let detail: String

    package init(_ reason: Reason, _ detail: String) {
        self.reason = reason
        self.detail = detail
    }
}
