package import ExhaustCore

/// Checks values against a JSON Schema: the part of draft 2020-12 that docs/schemas uses.
package struct SchemaCheck {
    /// What does not fit, each with the path to it.
    package private(set) var problems: [String] = []
    /// The properties that occurred, as paths; lists and additional properties count as `*`.
    package private(set) var seen: Set<String> = []

    package init() {}

    /// Checks `value`; what does not fit is added to `problems`.
    package mutating func check(_ value: Value, _ schema: Value, at path: String = "") {
        if let allowed = schema["enum"]?.list, !allowed.contains(value) { problems.append("\(path): \(value)") }
        if let constant = schema["const"], value != constant { problems.append("\(path): \(value) is not \(constant)") }
        if let type = schema["type"]?.string, !Self.isA(value, type) {
            problems.append("\(path): a \(value.typeName) is no \(type)")
        }
        if let number = value.number {
            if let least = schema["minimum"]?.number, number < least {
                problems.append("\(path): \(number) < \(least)")
            }
            if let most = schema["maximum"]?.number, number > most { problems.append("\(path): \(number) > \(most)") }
        }
        if let items = schema["items"] {
            for element in value.list ?? [] { check(element, items, at: "\(path)/*") }
        }
        if let map = value.map { check(map, schema, at: path) }
    }

    private mutating func check(_ map: ValueMap, _ schema: Value, at path: String) {
        for name in schema["required"]?.list?.compactMap(\.string) ?? [] where map[name] == nil {
            problems.append("\(path)/\(name) is missing")
        }
        for entry in map.entries {
            if let property = schema["properties"]?[entry.key] {
                seen.insert("\(path)/\(entry.key)")
                check(entry.value, property, at: "\(path)/\(entry.key)")
            } else if schema["additionalProperties"] == false {
                problems.append("\(path)/\(entry.key) is not in the schema")
            } else if let other = schema["additionalProperties"] {
                check(entry.value, other, at: "\(path)/*")
            }
        }
    }

    /// The paths of all properties that `schema` names.
    package static func properties(of schema: Value, at path: String = "") -> Set<String> {
        var paths: Set<String> = []
        for (name, property) in schema["properties"]?.map?.entries ?? [] {
            paths.insert("\(path)/\(name)")
            paths.formUnion(properties(of: property, at: "\(path)/\(name)"))
        }
        if let items = schema["items"] { paths.formUnion(properties(of: items, at: "\(path)/*")) }
        return paths
    }

    private static func isA(_ value: Value, _ type: String) -> Bool {
        switch (type, value) {
        case ("object", .map), ("array", .list), ("string", .string), ("string", .bytes), ("boolean", .bool),
            ("null", .null), ("integer", .int), ("integer", .uint):
            true
        case ("number", let value): value.number?.isFinite == true
        default: false
        }
    }
}
