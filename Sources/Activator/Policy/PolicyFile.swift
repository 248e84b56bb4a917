import ExhaustCore

/// A policy file as it is written; `Policy` is what it means.
struct PolicyFile: Decodable {
    let version: Int
    let policies: [Entry]

    struct Entry: Decodable {
        let name: String
        let mode: PolicyMode?
        let when: String
        let run: Workflow
        let limits: Limits?
        let verify: Verify
    }

    struct Workflow: Decodable {
        let workflow: String
        let with: ValueMap?
    }

    struct Limits: Decodable {
        let cooldown: Duration?
        let attempts: Attempts?
        let chainDepth: Int?
        let maxAge: Duration?

        enum CodingKeys: String, CodingKey {
            case cooldown, attempts
            case chainDepth = "chain_depth"
            case maxAge = "max_age"
        }
    }

    struct Attempts: Decodable {
        let max: Int
        let within: Duration
    }

    struct Verify: Decodable {
        let clearedWithin: Duration
        let stableFor: Duration?

        enum CodingKeys: String, CodingKey {
            case clearedWithin = "cleared_within"
            case stableFor = "stable_for"
        }
    }
}
