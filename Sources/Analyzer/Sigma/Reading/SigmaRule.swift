import ExhaustCore

/// A rule as its file has it, before anything is known of our streams.
struct SigmaRule: Sendable {
    /// The file, as errors say it.
    let file: String
    let title: String
    /// The first sentence of the description.
    let reason: String?
    /// The rule's UUID, if it has one.
    let id: String?
    let level: Level
    let logsource: Logsource
    /// The named searches, in the order of the file.
    let detections: [(name: String, detection: SigmaDetection)]
    let condition: SigmaExpression
    /// The rule as it was written, as far as that makes a difference.
    let logic: String

    enum Level: String, Sendable, CaseIterable { case informational, low, medium, high, critical }

    /// Which logs it is about.
    struct Logsource: Hashable, Sendable {
        var product: String?
        var category: String?
        var service: String?
    }

    /// What a rule asks for that this program cannot do, though the rule is right.
    struct Unsupported: Error { let reason: String }
}

/// How a rule combines its searches.
indirect enum SigmaExpression: Hashable, Sendable {
    case search(String)
    case not(SigmaExpression)
    case and([SigmaExpression])
    case or([SigmaExpression])
    /// At least so many of the searches.
    case count(Int, of: [String])
}
