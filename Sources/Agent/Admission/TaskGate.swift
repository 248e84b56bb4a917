package import ExhaustCore

/// The checks between a delivered event and an action, in the order of docs/agent.md. It only decides; it changes
/// nothing and asks nobody.
package struct TaskGate: Sendable {
    /// What shall become of an event.
    package enum Verdict: Sendable {
        /// It passed every check: write it down, then run it.
        case accepted(Job)
        /// This host has taken the task before.
        case known(LedgerEntry)
        /// It does not run. The task is what it claims to be; `isVerified` says whether a trusted key vouches for that.
        case refused(Refusal, TaskStatement?, isVerified: Bool)
    }

    private let host: HostID
    private let keys: TrustedKeys
    private let policy: LocalPolicy
    private let catalogue: ActionCatalogue

    /// How far a sender's clock may run ahead of this host's before its tasks are not yet valid.
    package static let senderSkew: Duration = .seconds(30)
    /// How far this host's clock may lie behind a moment that has certainly passed.
    package static let clockTolerance: Duration = .seconds(300)

    /// A gate for `host`.
    package init(host: HostID, keys: TrustedKeys, policy: LocalPolicy, catalogue: ActionCatalogue) {
        self.host = host
        self.keys = keys
        self.policy = policy
        self.catalogue = catalogue
    }

    /// Judges the event of a task at the moment `now`.
    package func judge(_ event: Event, ledger: LedgerState, now: Timestamp) -> Verdict {
        var claim: TaskStatement?
        var isVerified = false
        do throws(Refusal) {
            guard !DSSEEnvelope.isOversize(event.data) else {
                throw Refusal(.oversize, "more than \(DSSEEnvelope.payloadLimit) bytes")
            }
            let envelope = try Self.envelope(event.data)
            claim = TaskStatement.claimed(in: envelope)
            let payload = try keys.verified(envelope)
            let task = try Self.statement(payload)
            (claim, isVerified) = (task, true)
            try checkTarget(task)
            try Self.checkTime(task, floor: ledger.clockFloor, now: now)
            let actionClass = catalogue.actionClass(of: task.action)
            try keys.authorize(payload.signers, actionClass: actionClass, epoch: task.keyEpoch)
            if let entry = ledger[task.task] { return .known(entry) }
            return .accepted(try permit(task, ledger: ledger, now: now))
        } catch {
            return .refused(error, claim, isVerified: isVerified)
        }
    }

    /// The job of a task whose origin is known, if the host's policy allows it now. Also used after a restart, when
    /// the policy may have changed.
    package func permit(_ task: TaskStatement, ledger: LedgerState, now: Timestamp) throws(Refusal) -> Job {
        let call = try catalogue.call(task.action, task.parameters)
        let rules = try policy.rules(allowing: call)
        for rule in rules {
            guard let rate = rule.rate else { return Job(statement: task, call: call) }
            // What is no action any more does not count.
            let uses = ledger.accepted(since: now - rate.within).filter { earlier in
                earlier.task != task.task
                    && (try? catalogue.call(earlier.action, earlier.parameters)).map(rule.matches) == true
            }
            if uses.count < rate.max { return Job(statement: task, call: call) }
        }
        throw Refusal(.rate, "\(task.action) ran as often as the host's policy allows")
    }

    /// Throws unless the task may start at `now`.
    package static func checkTime(
        _ task: TaskStatement, floor: Timestamp?, now: Timestamp
    ) throws(Refusal) {
        if let floor, now < floor - clockTolerance {
            throw Refusal(.clock, "this host's clock says \(now), but it is past \(floor) by a signed task")
        }
        guard task.notAfter - task.notBefore <= TaskStatement.longestWindow else {
            throw Refusal(.windowTooLong, "valid from \(task.notBefore) to \(task.notAfter)")
        }
        guard now <= task.notAfter else { throw Refusal(.expired, "it was valid until \(task.notAfter); it is \(now)") }
        guard now >= task.notBefore - senderSkew else {
            throw Refusal(.notYetValid, "it is valid from \(task.notBefore); it is \(now)")
        }
    }

    private func checkTarget(_ task: TaskStatement) throws(Refusal) {
        guard task.host == host.description else {
            throw Refusal(.wrongHost, "it is for \(task.host); this is \(host)")
        }
    }

    private static func envelope(_ data: ValueMap) throws(Refusal) -> DSSEEnvelope {
        do { return try DSSEEnvelope(data: data) } catch { throw Refusal(.malformed, "\(error)") }
    }

    private static func statement(_ payload: VerifiedPayload) throws(Refusal) -> TaskStatement {
        do { return try TaskStatement(payload) } catch { throw Refusal(.malformed, "\(error)") }
    }
}

/// A task that may run, with its parameters read.
package struct Job: Sendable, Hashable {
    package let statement: TaskStatement
    package let call: ActionCall

    package init(statement: TaskStatement, call: ActionCall) {
        self.statement = statement
        self.call = call
    }
}
