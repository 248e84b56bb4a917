import ExhaustCore

/// One test of google/cel-spec (Apache-2.0, 508bd98, tests/simple as JSON): an expression, its bindings, its result.
struct ConformanceCase {
    enum Expectation {
        case value(Value)
        case error
    }

    let name: String
    let expression: String
    let scope: ExpressionScope
    let bindings: ValueMap
    let expectation: Expectation

    /// Why a test is not run.
    enum Exception: String, Error, CaseIterable {
        case messages = "protobuf messages"
        case enums = "protobuf enums"
        case blocks = "`cel.block`, which compilers of CEL use among themselves"
        case types = "deduced types only"
        case data = "wrong in the suite"
    }

    /// The tests of one file, with those that are not run as such.
    static func load(_ path: String) throws -> [Result<ConformanceCase, Exception>] {
        let document = try JSONReader.parse(FileContent.read(path, limit: 1 << 22))
        return (document["section"]?.list ?? []).flatMap { section in
            (section["test"]?.list ?? []).map { test in Result { () throws(Exception) in try read(test) } }
        }
    }

    /// Bytes literals whose expected bytes hold a backslash that their text does not.
    private static let defective: Set<String> = ["b''' ? \" ' ` '''", "b\"\"\" ? \" ' ` \"\"\""]

    private static func read(_ test: Value) throws(Exception) -> ConformanceCase {
        let expression = test["expr"]?.string ?? ""
        let container = test["container"]?.string ?? ""
        if ["cel.block", "cel.index", "cel.iterVar"].contains(where: expression.contains) { throw .blocks }
        if container.contains("proto")
            || ["TestAllTypes", "Value{", "Struct{", "Any{", "proto2.", "proto3."].contains(where: mentions)
        {
            throw .messages
        }
        func mentions(_ word: String) -> Bool { expression.contains(word) }
        if test["check_only"] != nil { throw .types }
        if defective.contains(expression) { throw .data }
        var bindings = ValueMap()
        for entry in test["bindings"]?.map?.entries ?? [] {
            bindings[entry.key] = try value(entry.value["value"] ?? .null)
        }
        let declared = (test["type_env"]?.list ?? []).compactMap { $0["name"]?.string }
        let expected = test["typed_result"]?["result"] ?? test["value"] ?? .map(["bool_value": true])
        return ConformanceCase(
            name: test["name"]?.string ?? "", expression: expression,
            scope: ExpressionScope(
                container: container, names: Set(bindings.keys + declared), defersUnknownFunctions: true),
            bindings: bindings, expectation: test["eval_error"] == nil ? .value(try value(expected)) : .error)
    }

    /// A value in the suite's typed JSON (cel.expr.Value).
    private static func value(_ typed: Value) throws(Exception) -> Value {
        guard let (kind, content) = typed.map?.entries.first else { return .null }
        switch kind {
        case "null_value": return .null
        case "bool_value", "string_value": return content
        case "int64_value": return .int(content.string.flatMap { Int64($0) } ?? 0)
        case "uint64_value": return .uint(content.string.flatMap { UInt64($0) } ?? 0)
        case "double_value": return .double(content.number ?? content.string.flatMap { Double($0) } ?? .nan)
        case "bytes_value": return .bytes(content.string.flatMap(Base64.decode) ?? [])
        case "type_value": return .computed(.type(content.string ?? ""))
        case "list_value":
            var elements: [Value] = []
            for element in content["values"]?.list ?? [] { elements.append(try value(element)) }
            return .list(elements)
        case "map_value": return try map(content["entries"]?.list ?? [])
        case "object_value":
            guard content["@type"] == "type.googleapis.com/google.protobuf.Duration",
                let duration = content["value"]?.string.flatMap({ Duration(text: $0) })
            else { throw .messages }
            return .duration(duration)
        case "enum_value": throw .enums
        default: throw .messages
        }
    }

    private static func map(_ entries: [Value]) throws(Exception) -> Value {
        var (plain, keyed) = (ValueMap(), KeyedMap())
        for entry in entries {
            let key = try value(entry["key"] ?? .null)
            let value = try value(entry["value"] ?? .null)
            if let name = key.string { plain[name] = value }
            keyed.append(key, value)
        }
        return plain.count == keyed.entries.count ? .map(plain) : .computed(.map(keyed))
    }
}
