import ExhaustCore

/// The policy as its YAML file says it; `LocalPolicy` is what becomes of it.
struct PolicyFile: Decodable {
    struct Rule: Decodable {
        var action: String
        var parameters: [String: Constraint]?
        var rate: Rate?
    }

    /// What a parameter's value must be: everything that is given must hold.
    struct Constraint: Decodable {
        /// One of these values.
        var oneOf: [Value]?
        /// A text that begins so; for a path, the folder itself or what lies in it.
        var prefix: String?
        /// At least and at most.
        var min: Value?
        var max: Value?
        /// Written out where any value will do.
        var any: Bool?

        enum CodingKeys: String, CodingKey {
            case oneOf = "one_of"
            case prefix, min, max, any
        }
    }

    struct Rate: Decodable {
        var max: Int
        var within: Duration
    }

    var version: Int
    var allow: [Rule]?
    var deny: [Rule]?
}
