import ExhaustCore

/// How a rule runs on our streams.
struct SigmaPlan {
    let feed: SigmaFeed
    let sights: [SigmaCondition.Sight]
    /// Parts of the rule that never hold, and why.
    let gaps: [String]

    /// The best way to run `rule`; or why there is none.
    static func make(_ rule: SigmaRule) throws(SigmaRule.Unsupported) -> SigmaPlan {
        var partial: SigmaPlan?
        var failure: SigmaRule.Unsupported?
        for feed in try SigmaTaxonomy.feeds(for: rule.logsource) {
            do throws(SigmaRule.Unsupported) {
                let plan = try make(rule, on: feed)
                if plan.gaps.isEmpty { return plan }
                partial = partial ?? plan
            } catch {
                failure = failure ?? error
            }
        }
        if let partial { return partial }
        throw failure ?? .init(reason: "no stream serves its log source")
    }

    private static func make(_ rule: SigmaRule, on feed: SigmaFeed) throws(SigmaRule.Unsupported) -> SigmaPlan {
        var sights: [SigmaCondition.Sight] = []
        var gaps: [String] = []
        var reasons = Reasons()
        for view in feed.views {
            var compiler = SigmaCompiler(view, rule)
            do throws(SigmaCompiler.Missing) {
                let node = try compiler.compile(rule.condition)
                guard case .always(false) = node else {
                    sights.append(.init(shows: view.shows, node: node))
                    gaps += compiler.dropped.map { "an alternative in '\($0.search)' \(feed.needs($0.field))" }
                    continue
                }
                reasons.add(compiler)
            } catch {
                reasons.missing = reasons.missing ?? error.field
            }
        }
        guard !sights.isEmpty else { throw .init(reason: "it " + reasons.text(feed)) }
        for name in rule.condition.wanted {
            if let reason = idle(name, rule, feed) { gaps.append("'\(name)' \(reason)") }
        }
        var seen: Set<String> = []
        return SigmaPlan(feed: feed, sights: sights, gaps: gaps.filter { seen.insert($0).inserted })
    }

    /// Why the search can hold in no view; `nil` if it can.
    private static func idle(_ name: String, _ rule: SigmaRule, _ feed: SigmaFeed) -> String? {
        var reasons = Reasons()
        for view in feed.views {
            var compiler = SigmaCompiler(view, rule)
            do throws(SigmaCompiler.Missing) {
                guard case .always(false) = try compiler.compile(search: name, false) else { return nil }
                reasons.add(compiler)
            } catch {
                reasons.missing = reasons.missing ?? error.field
            }
        }
        return reasons.text(feed)
    }

    /// What keeps a rule, or a search, from holding in the views.
    private struct Reasons {
        var missing: String?
        private var unequal: [String: [String]]?

        /// The view that fits best counts: one where the type of the record is right.
        mutating func add(_ compiler: SigmaCompiler) {
            if unequal == nil || compiler.unequal["type"] == nil { unequal = compiler.unequal }
        }

        func text(_ feed: SigmaFeed) -> String {
            if let missing { return feed.needs(missing) }
            guard let (field, wanted) = unequal?.sorted(by: { $0.key < $1.key }).first else { return "can never hold" }
            let known = Set(feed.views.compactMap { $0.constants[field] }).sorted().joined(separator: " or ")
            let values = Set(wanted).sorted().joined(separator: ", ")
            return "needs \(field) \(values), and all that \(feed.stream) tells is \(known)"
        }
    }
}

extension SigmaFeed {
    /// What to say of a field that is missing.
    func needs(_ field: String) -> String {
        let near =
            nearest[field] ?? nearest[""]
            ?? Spelling.nearest(to: field, among: views.flatMap(\.fields.keys).sorted())
        return "needs \(field), which \(stream) has not" + (near.map { "; the nearest is \($0)" } ?? "")
    }
}

extension SigmaExpression {
    /// The searches of which it wants that they hold, each once.
    var wanted: [String] {
        var names: [String] = []
        func walk(_ expression: SigmaExpression, _ isNegated: Bool) {
            switch expression {
            case .search(let name): if !isNegated { names.append(name) }
            case .not(let inner): walk(inner, !isNegated)
            case .and(let parts), .or(let parts): for part in parts { walk(part, isNegated) }
            case .count(_, let of): if !isNegated { names += of }
            }
        }
        walk(self, false)
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }
}
