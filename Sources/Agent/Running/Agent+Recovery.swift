import ExhaustCore
import ExhaustRuntime
import Logging

extension Agent {
    /// Takes up what an earlier life of this agent left: sends results that nobody confirmed, runs what was accepted
    /// and is still valid, and of what was interrupted runs again only what does no harm twice. Call it once, before
    /// the first task.
    package func recover() async {
        let moment = now()
        let state = ledger.snapshot
        for entry in state.all where !entry.isPublished {
            if let result = entry.result {
                publishAgain(result, of: entry.statement)
            } else {
                await resume(entry, state: state, now: moment)
            }
        }
    }

    /// Notes how much time has certainly passed, so that the clock cannot fall far behind unseen after a restart
    /// either, and shrinks a ledger of more than a mebibyte.
    package func maintain() async {
        do {
            if let floor = ledger.snapshot.clockFloor { try await write(LedgerRecord(.clock, at: floor)) }
            let forgotten = try await withThread(named: "ledger") { [ledger] in
                try ledger.compact(above: 1 << 20)
            }
            if forgotten > 0 { logger.info("ledger compacted", metadata: ["ledger.forgotten": "\(forgotten)"]) }
        } catch {
            logger.error("ledger not maintained", metadata: ["error.message": "\(error)"])
        }
    }

    private func resume(_ entry: LedgerEntry, state: LedgerState, now moment: Timestamp) async {
        let task = entry.statement
        let job: Job
        do throws(Refusal) {
            try TaskGate.checkTime(task, floor: state.clockFloor, now: moment)
            job = try gate.permit(task, ledger: state, now: moment)
        } catch {
            let result =
                entry.started == nil
                ? refused(task, error.reason, error.detail) : await interrupted(entry, "not run again: \(error.detail)")
            return await settle(result, of: task)
        }
        guard entry.started == nil || catalogue.spec(task.action)?.isIdempotent == true else {
            let result = await interrupted(entry, "running \(task.action) twice could do harm")
            return await settle(result, of: task)
        }
        logger.notice(
            "task resumed",
            metadata: [
                "task.id": "\(task.task)", "task.action": "\(task.action)", "task.again": "\(entry.started != nil)",
            ])
        schedule(job)
    }

    /// The honest answer about a task that this agent may or may not have brought to its end.
    private func interrupted(_ entry: LedgerEntry, _ why: String) async -> TaskResult {
        let task = entry.statement
        var output: ValueMap = ["detail": .string(why)]
        // What is no action of this version any more cannot be looked at.
        if let call = try? catalogue.call(task.action, task.parameters) {
            for (name, value) in await catalogue.probe(call).entries { output[name] = value }
        }
        return TaskResult(
            task: task.task, run: task.run, action: task.action, host: host.description, status: .unknown,
            reason: "the agent stopped while it ran", output: output, started: entry.started, finished: now())
    }
}
