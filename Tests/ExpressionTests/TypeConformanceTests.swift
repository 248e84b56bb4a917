import Glibc
import Testing

@testable import ExhaustCore

/// The checker against CEL's conformance suite (google/cel-spec, Apache-2.0, 508bd98, tests/simple as JSON): it refuses
/// nothing that runs, gives types that the values have, and deduces what the suite says.
@Suite("CEL conformance of types")
struct TypeConformanceTests {
    private static let files = [
        "basic", "bindings_ext", "comparisons", "conversions", "encoders_ext", "fields", "fp_math", "integer_math",
        "lists",
        "logic", "macros", "macros2", "math_ext", "network_ext", "optionals", "parse", "plumbing", "string",
        "string_ext",
        "timestamps", "type_deduction",
    ]

    /// How many need no messages, and how many of those say the type.
    private static let known = (checked: 1474, deduced: 21)

    @Test("Everything that runs passes, and has the type that it was given")
    func suite() throws {
        guard let root = getenv("EXHAUST_TEST_DATA") else {
            return print("SKIPPED: CEL conformance of types: EXHAUST_TEST_DATA is not set")
        }
        var (checked, deduced, wrong) = (0, 0, [String]())
        for file in Self.files {
            let document = try JSONReader.parse(FileContent.read("\(String(cString: root))/cel/cel-json/\(file).json"))
            for test in (document["section"]?.list ?? []).flatMap({ $0["test"]?.list ?? [] }) {
                guard let outcome = try Self.run(test) else { continue }
                checked += 1
                if test["typed_result"] != nil { deduced += 1 }
                if let problem = outcome.problem { wrong.append("\(file)/\(test["name"]?.string ?? ""): \(problem)") }
            }
        }
        print("CEL conformance of types: \(checked) checked, \(deduced) of them with the type deduced")
        #expect(wrong == [])
        #expect((checked, deduced) == Self.known)
    }

    private struct Outcome {
        let problem: String?
    }

    /// What became of a test; `nil` if it is none for the checker: one without a result, or with messages.
    private static func run(_ test: Value) throws -> Outcome? {
        guard test["eval_error"] == nil, test["disable_check"] == nil, test["container"] == nil,
            let text = test["expr"]?.string, let names = names(of: test),
            // What does not parse is for the tests of evaluation.
            let expression = try? Expression.parse(text, in: ExpressionScope(names: Set(names.keys)))
        else { return nil }
        let deduced = test["typed_result"]?["deduced_type"].map { ExpressionType(declared: $0) }
        if let deduced, deduced == nil { return nil }
        do {
            let type = try expression.check(names)
            if let deduced {
                return Outcome(problem: type == deduced ? nil : "\(text) is \(type), not \(deduced?.description ?? "")")
            }
            let value = test["value"] ?? test["typed_result"]?["result"] ?? .map(["bool_value": true])
            guard let kind = value.map?.entries.first?.key else { return Outcome(problem: nil) }
            return Outcome(problem: type.canGive(kind) ? nil : "\(text) is \(type), not \(kind)")
        } catch {
            return Outcome(problem: "\(text): \(error)")
        }
    }

    /// The types of a test's names: as declared, or as bound; `nil` if there are messages or functions among them.
    private static func names(of test: Value) -> [String: ExpressionType]? {
        var names: [String: ExpressionType] = [:]
        for entry in test["bindings"]?.map?.entries ?? [] {
            guard let kind = entry.value["value"]?.map?.entries.first?.key else { return nil }
            guard let type = ExpressionType(kind: kind) else { return nil }
            names[entry.key] = type
        }
        for declaration in test["type_env"]?.list ?? [] {
            guard let name = declaration["name"]?.string, let type = declaration["ident"]?["type"],
                let known = ExpressionType(declared: type)
            else { return nil }
            names[name] = known
        }
        return names
    }
}

extension ExpressionType {
    /// The type that a type of the suite (`cel.expr.Type`) stands for; `nil` if that is a message.
    fileprivate init?(declared: Value) {
        guard let (kind, content) = declared.map?.entries.first else { return nil }
        let words: [String: ExpressionType] = [
            "BOOL": .bool, "INT64": .int, "UINT64": .uint, "DOUBLE": .double, "STRING": .string, "BYTES": .bytes,
            "TIMESTAMP": .timestamp, "DURATION": .duration,
        ]
        switch kind {
        case "dyn": self = .dyn
        case "null": self = .null
        case "primitive", "well_known", "wrapper":
            guard let type = words[content.string ?? ""] else { return nil }
            self = kind == "wrapper" ? .nullable(type) : type
        case "list_type":
            guard let element = ExpressionType(declared: content["elem_type"] ?? .null) else { return nil }
            self = .list(element)
        case "map_type":
            guard let key = ExpressionType(declared: content["key_type"] ?? .null),
                let value = ExpressionType(declared: content["value_type"] ?? .null)
            else { return nil }
            self = .map(key, value)
        case "abstract_type":
            guard content["name"] == "optional_type",
                let type = ExpressionType(declared: content["parameter_types"]?.list?.first ?? .null)
            else { return nil }
            self = .optional(type)
        default: return nil
        }
    }

    /// The type of a value of the suite (`cel.expr.Value`) of this kind; `nil` if it is a message.
    fileprivate init?(kind: String) {
        let kinds: [String: ExpressionType] = [
            "null_value": .null, "bool_value": .bool, "int64_value": .int, "uint64_value": .uint,
            "double_value": .double, "string_value": .string, "bytes_value": .bytes, "list_value": .list(.dyn),
            "map_value": .map(.dyn, .dyn), "type_value": .type(.dyn),
        ]
        guard let type = kinds[kind] else { return nil }
        self = type
    }

    /// Whether values of this type may be of such a kind.
    fileprivate func canGive(_ kind: String) -> Bool {
        switch (self, kind) {
        case (.dyn, _), (.list, "list_value"), (.map, "map_value"), (.type, "type_value"), (_, "object_value"): true
        case (.nullable(let type), _): kind == "null_value" || type.canGive(kind)
        default: ExpressionType(kind: kind) == self
        }
    }
}
