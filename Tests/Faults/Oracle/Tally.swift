import ExhaustCore

/// What became of the events of one fault.
struct Tally: Sendable, CustomStringConvertible {
    /// How many events the emitter took responsibility for, how many of them the broker confirmed to it, and how many
    /// different ones arrived where they should.
    var accepted = 0
    var confirmed = 0
    var arrived = 0
    /// By how many the accepted ones that did not arrive differ from those that were counted in gaps.
    var lost = 0
    /// How many came again under the same source and id, which every consumer recognises.
    var duplicates = 0
    /// From the end of the fault until the first event after it arrived.
    var recovered: Duration = .zero
    /// What happened twice with effect.
    var twice: [String] = []
    /// What was lost, or what else there is to say.
    var notes: [String] = []

    var isGood: Bool { lost == 0 && twice.isEmpty && accepted > 0 }

    var description: String {
        let tenths = Int((recovered.inSeconds * 10).rounded())
        var text =
            "accepted \(accepted), confirmed \(confirmed), arrived \(arrived), lost \(lost), "
            + "duplicates \(duplicates), recovered in \(tenths / 10).\(tenths % 10) s"
        if accepted == 0 { text += "; nothing was accepted, so nothing is shown" }
        if !twice.isEmpty { text += "; twice: \(Self.some(twice))" }
        if !notes.isEmpty { text += "; \(Self.some(notes))" }
        return text
    }

    private static func some(_ list: [String]) -> String {
        list.prefix(5).joined(separator: ", ") + (list.count > 5 ? " and \(list.count - 5) more" : "")
    }
}
