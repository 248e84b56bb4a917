import ExhaustRuntime
import Logging

/// Puts what the engine has to say into the log and the counters.
struct NoticeReporter: Sendable {
    let logger: Logger
    let counters: Counters

    @Sendable func report(_ notice: Notice) {
        switch notice {
        case .evaluationErrors(let rule, let count, let last):
            counters.add("rules.evaluation_errors", count)
            logger.debug(
                "expressions failed and counted as false",
                metadata: ["rule": "\(rule)", "count": "\(count)", "error.message": "\(last)"])
        case .late(let rule, let count):
            counters.add("events.late", count)
            logger.debug("events came too late", metadata: ["rule": "\(rule)", "count": "\(count)"])
        case .templateError(let rule, let error):
            counters.add("rules.template_errors")
            logger.warning(
                "a fact's text could not be rendered", metadata: ["rule": "\(rule)", "error.message": "\(error)"])
        case .tooManyFacts(let rule, let host):
            counters.add("facts.refused")
            // A fact of the host says it; a line for each would be a storm of its own.
            logger.debug(
                "fact not raised; the host has too many open facts",
                metadata: ["rule": "\(rule)", "host.id": "\(host)"])
        case .tooManyKeys(let rule, let count):
            counters.add("keys.refused", count)
            logger.warning(
                "keys not watched; the rule has too many", metadata: ["rule": "\(rule)", "count": "\(count)"])
        case .defect(let rule, let error):
            counters.add("facts.lost")
            logger.error("fact lost to a defect", metadata: ["rule": "\(rule)", "error.message": "\(error)"])
        }
    }
}
