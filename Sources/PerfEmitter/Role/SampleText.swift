import ExhaustCore

/// A sample for people: the same names and values as in the event, in lines of a terminal's width.
struct SampleText {
    private(set) var lines: [String] = []
    private let width: Int
    /// Where values begin behind short names.
    private static let column = 36

    /// The text of `data`, in lines of about `width` characters.
    init(_ data: ValueMap, time: Timestamp, host: HostID, width: Int) {
        self.width = max(width, 60)
        lines.append("\(host), \(time)")
        for (key, value) in data.entries { append(Self.escaped(key), value) }
    }

    private mutating func append(_ key: String, _ value: Value) {
        guard case .list(let elements) = value, elements.contains(where: { $0.map != nil }) else {
            wrap(Self.words(of: value), after: Self.padded(key), indent: Self.column)
            return
        }
        lines.append(key)
        // An element's first word stands out, as what names it.
        for element in elements { wrap(Self.words(of: element), after: "  ", indent: 6) }
    }

    /// Adds `words` in as many lines as they need.
    private mutating func wrap(_ words: [String], after start: String, indent: Int) {
        var line = start
        var isFirst = true
        for word in words {
            if !isFirst, line.count + 2 + word.count > width {
                lines.append(line)
                line = String(repeating: " ", count: indent) + word
            } else {
                line += (isFirst ? "" : "  ") + word
            }
            isFirst = false
        }
        lines.append(line)
    }

    private static func padded(_ key: String) -> String {
        key + String(repeating: " ", count: max(1, column - key.count))
    }

    /// A value as words; of a map each entry is one, with its key.
    private static func words(of value: Value) -> [String] {
        switch value {
        case .map(let map):
            map.entries.map { key, value in "\(escaped(key)) \(words(of: value).joined(separator: ", "))" }
        case .list(let elements): elements.isEmpty ? ["none"] : elements.flatMap(words)
        case .int(let number): [grouped(number)]
        case .double(let number): [rounded(number)]
        case .bool(let flag): [flag ? "yes" : "no"]
        case .string(let text): [text.isEmpty ? "\"\"" : escaped(text)]
        default: ["-"]
        }
    }

    /// Names of processes may hold anything, also what steers a terminal.
    private static func escaped(_ text: String) -> String { text.escapingControls }

    /// Digits in groups of three: `1,073,741,824`.
    static func grouped(_ number: Int64) -> String {
        let digits = Array(String(number.magnitude))
        let groups = stride(from: digits.count, to: 0, by: -3).map { String(digits[max($0 - 3, 0)..<$0]) }
        return (number < 0 ? "-" : "") + groups.reversed().joined(separator: ",")
    }

    /// Three digits behind the point, and more where there would be nothing else.
    static func rounded(_ number: Double) -> String {
        guard number != 0 else { return "0" }
        guard number.magnitude >= 0.001, number.magnitude < 1e12 else { return "\(number)" }
        let thousandths = Int64((number * 1000).rounded())
        let (whole, rest) = (thousandths / 1000, thousandths.magnitude % 1000)
        guard rest > 0 else { return grouped(whole) }
        let fraction = String(String(1000 + rest).dropFirst())
        return (number < 0 && whole == 0 ? "-" : "") + grouped(whole) + "." + fraction
    }
}
