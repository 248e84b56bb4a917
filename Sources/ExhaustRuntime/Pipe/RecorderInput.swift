import ExhaustCore

/// `--from recorder:2h`: the telemetry of the last two hours, as the broker's recorder holds it.
enum RecorderInput {
    private static let prefix = "recorder:"

    /// How far back `input` reaches; `nil` if it names a file.
    static func span(_ input: String) throws(ExhaustError) -> Duration? {
        guard input.hasPrefix(prefix) else { return nil }
        let text = String(input.dropFirst(prefix.count))
        guard let span = Duration(text: text), span > .zero else {
            throw ExhaustError(.usage, "'\(text)' is no time span", at: input, advice: "such as recorder:2h")
        }
        return span
    }
}
