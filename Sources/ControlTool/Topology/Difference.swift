import ExhaustBroker
import ExhaustCore

/// One way in which a broker is not as declared.
struct Difference: CustomStringConvertible {
    /// What is the matter.
    enum Change {
        case missing
        /// Exhaust's by its name, and nothing that is declared.
        case extra
        case different(field: String, have: String, want: String)
    }

    let kind: DefinitionItem.Kind
    let name: String
    let change: Change
    /// What importing would put right; `nil` if importing changes nothing.
    let cure: Value?

    var description: String {
        switch change {
        case .missing: "missing \(kind.rawValue) \(name)"
        case .extra: "extra \(kind.rawValue) \(name)"
        case .different(let field, let have, let want):
            "different \(kind.rawValue) \(name): \(field): have \(have), want \(want)"
        }
    }

    /// What a person does about it.
    func remedy(vhost: String) -> String {
        guard cure == nil else { return "exhaustctl topology apply" }
        switch (kind, change) {
        case (.queue, .different):
            return "a queue's arguments never change: let it run empty, rabbitmqctl delete_queue -p \(vhost) \(name), "
                + "exhaustctl topology apply"
        case (.exchange, .different):
            return "an exchange's arguments never change: stop the roles, delete it, exhaustctl topology apply"
        case (.login, _):
            guard let host = Login(name: name)?.host else { return "rabbitmqctl delete_user \(name)" }
            return "exhaustctl host remove \(host)"
        case (.queue, _): return "rabbitmqctl delete_queue -p \(vhost) \(name)"
        case (.permission, _), (.topicPermission, _): return "rabbitmqctl clear_permissions or clear_topic_permissions"
        case (.exchange, _), (.binding, _): return "delete it with the management plugin"
        }
    }
}

extension Difference {
    /// How `have` falls short of `want` or goes beyond it, by kind and name.
    static func between(have: Value, want: Value, vhost: String) -> [Difference] {
        let (present, wanted) = (
            DefinitionItem.all(in: have, vhost: vhost), DefinitionItem.all(in: want, vhost: vhost)
        )
        return DefinitionItem.Kind.allCases.flatMap { kind in
            let (present, wanted) = (present[kind] ?? [:], wanted[kind] ?? [:])
            return Set(present.keys).union(wanted.keys).sorted().flatMap { name -> [Difference] in
                switch (present[name], wanted[name]) {
                case (let have?, let want?): fields(have, want)
                case (nil, let want?): [Difference(kind: kind, name: name, change: .missing, cure: want.value)]
                default: [Difference(kind: kind, name: name, change: .extra, cure: nil)]
                }
            }
        }
    }

    private static func fields(_ have: DefinitionItem, _ want: DefinitionItem) -> [Difference] {
        var mended = have.value.map ?? [:]
        for field in have.kind.fields { mended[field] = want.value[field] }
        let cure: Value? = have.kind.isReplaceable ? .map(mended) : nil
        return have.kind.fields.flatMap { field -> [Difference] in
            let (present, wanted) = (have.value[field] ?? .null, want.value[field] ?? .null)
            return changes(field, present, wanted).map {
                Difference(kind: have.kind, name: have.name, change: $0, cure: cure)
            }
        }
    }

    /// The differences of one field; each argument of a queue or exchange is one.
    private static func changes(_ field: String, _ have: Value, _ want: Value) -> [Change] {
        guard have != want else { return [] }
        guard let present = have.map, let wanted = want.map else {
            return [.different(field: field, have: text(have), want: text(want))]
        }
        return Set(present.keys + wanted.keys).sorted().filter { present[$0] != wanted[$0] }.map {
            .different(field: $0, have: text(present[$0] ?? .null), want: text(wanted[$0] ?? .null))
        }
    }

    private static func text(_ value: Value) -> String {
        value == .null ? "nothing" : String(decoding: JSONWriter.bytes(of: value), as: UTF8.self)
    }
}
