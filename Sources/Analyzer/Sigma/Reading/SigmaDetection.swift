/// One named search of a rule.
indirect enum SigmaDetection: Hashable, Sendable {
    case all([SigmaDetection])
    case any([SigmaDetection])
    case item(SigmaItem)
}

/// A field with the values that it may have, or keywords, which stand for themselves.
struct SigmaItem: Hashable, Sendable {
    /// `nil` for keywords.
    let field: String?
    let values: [SigmaValue]
    /// Whether all of the values must match; else one of them.
    var needsAll = false
    /// Whether they must not.
    var isNegated = false
}
