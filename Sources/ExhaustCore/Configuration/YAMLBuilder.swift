import CYAML

/// Builds a value tree from libyaml's events, noting where every key, element and scalar stands.
struct YAMLBuilder {
    private(set) var root: Value?
    private(set) var lines: [[String]: Int] = [:]
    private(set) var scalars: [[String]: YAMLScalar] = [:]
    private let file: String
    private let depthLimit: Int
    private var open: [Frame] = []
    private var path: [String] = []

    /// A map or list that has not ended yet. It grows in its place: a file may hold one of a hundred thousand elements.
    private struct Frame {
        let isList: Bool
        var elements: [Value] = []
        var map: ValueMap = [:]
        /// The key whose value comes next.
        var key: String?
    }

    init(file: String, depthLimit: Int) {
        self.file = file
        self.depthLimit = depthLimit
    }

    /// Takes the parser's next event.
    mutating func take(_ event: yaml_event_t) throws(ExhaustError) {
        let line = Int(event.start_mark.line) + 1
        switch event.type {
        case YAML_DOCUMENT_START_EVENT:
            if root != nil { throw error(line, "a second document; one file holds one document") }
        case YAML_ALIAS_EVENT:
            throw error(line, "aliases (*name) are not supported; write the value out")
        case YAML_SCALAR_EVENT:
            try scalar(event, line: line)
        case YAML_MAPPING_START_EVENT:
            try start(Frame(isList: false), anchored: event.data.mapping_start.anchor != nil, line: line)
        case YAML_SEQUENCE_START_EVENT:
            try start(Frame(isList: true), anchored: event.data.sequence_start.anchor != nil, line: line)
        case YAML_MAPPING_END_EVENT, YAML_SEQUENCE_END_EVENT:
            let frame = open.removeLast()
            place(frame.isList ? .list(frame.elements) : .map(frame.map))
        default: break
        }
    }

    private mutating func start(_ frame: Frame, anchored: Bool, line: Int) throws(ExhaustError) {
        guard open.count < depthLimit else { throw error(line, "nested deeper than \(depthLimit) levels") }
        if anchored { throw error(line, "anchors (&name) are not supported; write the value out") }
        if let last = open.last, !last.isList, last.key == nil {
            throw error(line, "a key must be a plain word or string")
        }
        enter(line)
        open.append(frame)
    }

    private mutating func scalar(_ event: yaml_event_t, line: Int) throws(ExhaustError) {
        let scalar = event.data.scalar
        if scalar.anchor != nil { throw error(line, "anchors (&name) are not supported; write the value out") }
        if scalar.tag != nil { throw error(line, "tags (!name) are not supported") }
        let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
        if let last = open.last, !last.isList, last.key == nil {
            if last.map[text] != nil { throw error(line, "key '\(text)' stands twice") }
            open[open.count - 1].key = text
            path.append(text)
            lines[path] = line
            return
        }
        enter(line)
        scalars[path] = YAMLScalar(
            text: text, style: Self.style(scalar.style), line: line, column: Int(event.start_mark.column))
        place(scalar.style == YAML_PLAIN_SCALAR_STYLE ? Self.plain(text) : .string(text))
    }

    private static func style(_ style: yaml_scalar_style_t) -> YAMLScalar.Style {
        switch style {
        case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
        case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
        case YAML_LITERAL_SCALAR_STYLE, YAML_FOLDED_SCALAR_STYLE: .block
        default: .plain
        }
    }

    /// Notes the line of a list's element that begins here.
    private mutating func enter(_ line: Int) {
        guard let last = open.last, last.isList else { return }
        path.append("[\(last.elements.count)]")
        lines[path] = line
    }

    private mutating func place(_ value: Value) {
        let top = open.count - 1
        if top < 0 {
            root = value
        } else if open[top].isList {
            open[top].elements.append(value)
            path.removeLast()
        } else if let key = open[top].key {
            open[top].map[key] = value
            open[top].key = nil
            path.removeLast()
        }
    }

    /// A plain scalar by the core schema (YAML 1.2.2, section 10.3.2).
    private static func plain(_ text: String) -> Value {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        default: break
        }
        guard let first = text.utf8.first, (48...57).contains(first) || "+-.".utf8.contains(first) else {
            return .string(text)
        }
        if let number = Int64(text) { return .int(number) }
        if text.hasPrefix("0x"), let number = Int64(text.dropFirst(2), radix: 16) { return .int(number) }
        if text.hasPrefix("0o"), let number = Int64(text.dropFirst(2), radix: 8) { return .int(number) }
        let isDecimal = text.utf8.allSatisfy { (48...57).contains($0) || "+-.eE".utf8.contains($0) }
        if isDecimal, let number = Double(text), number.isFinite { return .double(number) }
        return .string(text)
    }

    private func error(_ line: Int, _ message: String) -> ExhaustError {
        ExhaustError(.configuration, message, at: "\(file):\(line)")
    }
}
