/// How an event of a stream looks to a rule: which fields it has, and where.
struct SigmaView: Sendable {
    /// Which events the view shows.
    enum Guard: Hashable, Sendable {
        case all
        /// Syslog messages of these programs, of these facilities, or out of files whose path ends so.
        case messages(programs: Set<String>, facilities: Set<String>, files: [String])
        /// Processes that have this key.
        case processes(having: String)
    }

    /// Where keywords are looked for.
    enum Keywords: Hashable, Sendable {
        case message
        case commandLine
    }

    var shows = Guard.all
    /// Fields by the names that rules have for them.
    var fields: [String: SigmaSource] = [:]
    /// Fields that are the same in all that the view shows.
    var constants: [String: String] = [:]
    /// Arguments `a0`, `a1` and so on are fields.
    var hasArguments = false
    var keywords: Keywords?

    /// The source of a field; `nil` if there is none.
    func source(of field: String) -> SigmaSource? {
        if let source = fields[field] { return source }
        guard hasArguments, field.hasPrefix("a"), let place = Int(field.dropFirst()), (0..<1_000).contains(place) else {
            return nil
        }
        return .argument(place)
    }
}
