/// Something that a person should look at, and what to do about it.
struct Finding: CustomStringConvertible {
    /// How bad it is.
    enum Severity: String, Comparable {
        /// Somebody can do what they must not, or messages are about to be lost.
        case critical
        case warning

        static func < (left: Severity, right: Severity) -> Bool { left == .critical && right == .warning }
    }

    let severity: Severity
    let text: String
    let remedy: String

    init(_ severity: Severity, _ text: String, remedy: String) {
        self.severity = severity
        self.text = text
        self.remedy = remedy
    }

    var description: String { "\(severity.rawValue): \(text): \(remedy)" }
}
