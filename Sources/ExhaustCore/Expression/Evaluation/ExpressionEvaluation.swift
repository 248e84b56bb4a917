/// One evaluation of an expression: its bindings, the values of macro variables, and the steps taken.
struct ExpressionEvaluation {
    typealias Failure = ExpressionLexer.Failure

    let bindings: any Bindings
    /// The bindings again if they are an event, whose fields are read in place.
    let event: EventBindings?
    /// The values of the macro variables in scope, by slot.
    var variables: [Value] = []
    var meter = ExpressionMeter()

    /// Counts steps of the node at `offset`.
    @inline(__always)
    mutating func charge(_ offset: Int, _ count: Int = 1) throws(Failure) {
        try located(offset) { () throws(ExpressionProblem) in try meter.charge(count) }
    }
}

/// An expression as code: what a node does, with everything that its text decides already decided.
typealias ExpressionStep = @Sendable (inout ExpressionEvaluation) throws(ExpressionLexer.Failure) -> Value
/// The same for what gives a truth value.
typealias ExpressionTest = @Sendable (inout ExpressionEvaluation) throws(ExpressionLexer.Failure) -> Bool

/// What `body` gives; where it fails, at byte `offset` of the source.
@inline(__always)
func located<Result>(
    _ offset: Int, _ body: () throws(ExpressionProblem) -> Result
) throws(ExpressionLexer.Failure) -> Result {
    do {
        return try body()
    } catch {
        throw ExpressionLexer.Failure(problem: error, offset: offset)
    }
}
