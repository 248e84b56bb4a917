import ExhaustCore

/// Reads a Sigma rule (specification 2.0) out of its file.
struct SigmaReader {
    /// A rule that is right, but cannot be had.
    struct Unsupported: Error {
        let title: String
        let reason: String
    }

    /// Why there is no rule.
    enum Failure: Error {
        case invalid(ExhaustError)
        case unsupported(Unsupported)
    }

    /// Values in one rule, with those that modifiers make.
    static let valueLimit = 20_000

    private let document: YAMLDocument
    private let title: String
    private var values = 0

    /// The rule in `document`. An error names file, line and key.
    static func read(_ document: YAMLDocument) throws(Failure) -> SigmaRule {
        guard let root = document.root.map else {
            throw .invalid(document.error(at: [], "expected a Sigma rule, found \(document.root.typeName)"))
        }
        guard let title = root["title"]?.string, !title.isEmpty else {
            throw .invalid(document.error(at: ["title"], "a Sigma rule has a title"))
        }
        var reader = SigmaReader(document: document, title: title)
        return try reader.rule(root)
    }

    private init(document: YAMLDocument, title: String) {
        self.document = document
        self.title = title
    }

    private mutating func rule(_ root: ValueMap) throws(Failure) -> SigmaRule {
        if root["correlation"] != nil {
            throw unsupported("correlations of rules are not read; 'correlate' does the like")
        }
        guard let detection = root["detection"]?.map else { throw invalid(["detection"], "expected a map of searches") }
        var searches: [(name: String, detection: SigmaDetection)] = []
        for (name, value) in detection.entries where name != "condition" && name != "timeframe" {
            searches.append((name, try search(value, ["detection", name])))
        }
        guard !searches.isEmpty else { throw invalid(["detection"], "there is no search in it") }
        return SigmaRule(
            file: document.file, title: title, reason: root["description"]?.string.flatMap(Self.sentence),
            id: root["id"]?.string, level: try level(root["level"]),
            logsource: try logsource(root["logsource"]), detections: searches,
            condition: try condition(detection["condition"], names: searches.map(\.name)), logic: Self.logic(root))
    }

    private static func logic(_ root: ValueMap) -> String {
        let parts = ["title", "level", "logsource", "detection"].compactMap { key in root[key].map { (key, $0) } }
        return String(decoding: JSONWriter.bytes(of: .map(ValueMap(parts))), as: UTF8.self)
    }

    private static func sentence(_ text: String) -> String? {
        let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let first = line.firstRange(of: ". ").map { String(line[..<$0.lowerBound]) } ?? line
        return first.isEmpty ? nil : first
    }

    private func level(_ value: Value?) throws(Failure) -> SigmaRule.Level {
        guard let value else { return .medium }
        if let level = value.string.flatMap(SigmaRule.Level.init) { return level }
        throw invalid(["level"], "expected one of \(SigmaRule.Level.allCases.map(\.rawValue).joined(separator: ", "))")
    }

    private func logsource(_ value: Value?) throws(Failure) -> SigmaRule.Logsource {
        guard let map = value?.map else { throw invalid(["logsource"], "expected product, category or service") }
        var source = SigmaRule.Logsource()
        for (key, part) in [
            ("product", \SigmaRule.Logsource.product), ("category", \.category), ("service", \.service),
        ] {
            guard let name = map[key] else { continue }
            guard let text = name.string else {
                throw invalid(["logsource", key], "expected a name, found \(name.typeName)")
            }
            source[keyPath: part] = text.lowercased()
        }
        return source
    }

    private func condition(_ value: Value?, names: [String]) throws(Failure) -> SigmaExpression {
        let path = ["detection", "condition"]
        var texts: [(String, [String])] = []
        switch value {
        case .string(let text)?: texts = [(text, path)]
        case .list(let parts)?:
            for (index, part) in parts.enumerated() { texts.append((part.string ?? "", path + ["[\(index)]"])) }
        default: break
        }
        guard !texts.isEmpty else { throw invalid(path, "expected a condition over the searches") }
        var parts: [SigmaExpression] = []
        for (text, path) in texts {
            if text.contains("|") {
                throw unsupported("a condition with '|' is of an older Sigma; 'count' does the like")
            }
            do throws(SigmaExpressionParser.Failure) {
                parts.append(try SigmaExpressionParser.parse(text, names: names))
            } catch {
                throw invalid(path, error.message)
            }
        }
        return parts.count == 1 ? parts[0] : .or(parts)
    }

    private mutating func search(_ value: Value, _ path: [String]) throws(Failure) -> SigmaDetection {
        switch value {
        case .map(let map):
            guard !map.isEmpty else { throw invalid(path, "an empty search") }
            var parts: [SigmaDetection] = []
            for (key, value) in map.entries { parts.append(.item(try item(key, value, path + [key]))) }
            return parts.count == 1 ? parts[0] : .all(parts)
        case .list(let elements) where elements.contains(where: { $0.map != nil || $0.list != nil }):
            var parts: [SigmaDetection] = []
            for (index, element) in elements.enumerated() {
                parts.append(try search(element, path + ["[\(index)]"]))
            }
            return .any(parts)
        default: return .item(try item("", value, path))
        }
    }

    private mutating func item(_ key: String, _ value: Value, _ path: [String]) throws(Failure) -> SigmaItem {
        let names = key.split(separator: "|", omittingEmptySubsequences: false)
        let field = names.first.map(String.init).flatMap { $0.isEmpty ? nil : $0 }
        do throws(SigmaModifiers.Failure) {
            let modifiers = try SigmaModifiers.parse(names.dropFirst())
            let isRegex = modifiers.contains(.re)
            var plain: [SigmaValue] = []
            for element in value.list ?? [value] {
                guard let one = Self.value(element, isRegex: isRegex) else {
                    throw SigmaModifiers.Failure.invalid("expected values, found \(element.typeName)")
                }
                plain.append(one)
            }
            let values = try SigmaModifiers.apply(modifiers, to: plain.isEmpty ? [.null] : plain)
            if field == nil, let problem = Self.keywordProblem(values) { throw .invalid(problem) }
            try count(values)
            return SigmaItem(
                field: field, values: values, needsAll: modifiers.contains(.all), isNegated: modifiers.contains(.neq))
        } catch {
            switch error {
            case .invalid(let message): throw invalid(path, message)
            case .unsupported(let unsupported): throw self.unsupported(unsupported.reason)
            }
        }
    }

    private mutating func count(_ made: [SigmaValue]) throws(SigmaModifiers.Failure) {
        for case .oneOf(let several) in made { values += several.count }
        values += made.count
        guard values <= Self.valueLimit else { throw .invalid("more than \(Self.valueLimit) values in a rule") }
    }

    private static func value(_ value: Value, isRegex: Bool) -> SigmaValue? {
        switch value {
        case .string(let text): .text(isRegex ? SigmaText(parts: [.literal(text)]) : SigmaText(text))
        case .int(let number): .number(.whole(number))
        case .double(let number): .number(.real(number))
        case .bool(let flag): .bool(flag)
        case .null: .null
        default: nil
        }
    }

    /// What keywords cannot be: they have no field to compare.
    private static func keywordProblem(_ values: [SigmaValue]) -> String? {
        for value in values {
            switch value {
            case .text, .number, .regex: continue
            case .oneOf(let several): if let problem = keywordProblem(several) { return problem }
            default: return "keywords are text, numbers or regular expressions; anything else needs a field"
            }
        }
        return nil
    }

    private func invalid(_ path: [String], _ message: String) -> Failure {
        .invalid(document.error(at: path, message))
    }

    private func unsupported(_ reason: String) -> Failure {
        .unsupported(Unsupported(title: title, reason: reason))
    }
}
