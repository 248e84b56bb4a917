import ExhaustCore

/// One test of google/cel-spec (Apache-2.0, 508bd98, tests/simple as JSON): an expression, its bindings, its result.
struct ConformanceCase {
    enum Expectation {
        case value(Value)
        case error
    }

    let name: String
    let expression: String
    let bindings: ValueMap
    let expectation: Expectation

    /// Why a test is outside the subset: it needs something that expressions do not have.
    struct Unsupported: Error {
        let feature: String
    }

    /// The tests of one file, with those outside the subset as such.
    static func load(_ file: String) throws -> [Result<ConformanceCase, Unsupported>] {
        let document = try JSONReader.parse(FileContent.read(file))
        return (document["section"]?.list ?? []).flatMap { section in
            (section["test"]?.list ?? []).map { test in Result { () throws(Unsupported) in try read(test) } }
        }
    }

    private static func read(_ test: Value) throws(Unsupported) -> ConformanceCase {
        if test["container"] != nil { throw Unsupported(feature: "containers") }
        var bindings = ValueMap()
        for entry in test["bindings"]?.map?.entries ?? [] {
            if entry.key.contains(".") { throw Unsupported(feature: "qualified names") }
            bindings[entry.key] = try value(entry.value["value"] ?? .null)
        }
        let expectation: Expectation =
            test["eval_error"] == nil ? .value(try value(test["value"] ?? .map(["bool_value": true]))) : .error
        return ConformanceCase(
            name: test["name"]?.string ?? "", expression: test["expr"]?.string ?? "", bindings: bindings,
            expectation: expectation)
    }

    /// A value in the suite's typed JSON (cel.expr.Value).
    private static func value(_ typed: Value) throws(Unsupported) -> Value {
        guard let (kind, content) = typed.map?.entries.first else { return .null }
        switch kind {
        case "null_value": return .null
        case "bool_value", "string_value": return content
        case "int64_value": return .int(content.string.flatMap { Int64($0) } ?? 0)
        case "uint64_value": return .uint(content.string.flatMap { UInt64($0) } ?? 0)
        case "double_value": return .double(content.number ?? content.string.flatMap { Double($0) } ?? .nan)
        case "bytes_value": return .bytes(content.string.flatMap(Base64.decode) ?? [])
        case "list_value":
            var elements: [Value] = []
            for element in content["values"]?.list ?? [] { elements.append(try value(element)) }
            return .list(elements)
        case "map_value":
            var map = ValueMap()
            for entry in content["entries"]?.list ?? [] {
                guard case .string(let key) = try value(entry["key"] ?? .null) else {
                    throw Unsupported(feature: "map keys that are no strings")
                }
                map[key] = try value(entry["value"] ?? .null)
            }
            return .map(map)
        default: throw Unsupported(feature: kind)
        }
    }
}
