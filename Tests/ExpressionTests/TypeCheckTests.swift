import Testing

@testable import ExhaustCore

@Suite("Types of expressions")
struct TypeCheckTests {
    /// The names of an accounting record, with an item of another kind and a fact's number.
    private static let names = EventBindings.types(data: StreamSchema.data(of: .acct)).merging([
        "item": .record(RecordType("item", ["name": .string, "sizes": .map(.string, .int)])),
        "value": .double, "other": .dyn,
    ]) { $1 }

    @Test(
        "are deduced",
        arguments: [
            ("data[\"process.pid\"] + 1", "int"), ("data.`process.pid`", "int"), ("host + \"/\" + type", "string"),
            ("data[\"exhaust.acct.flags\"]", "list(string)"), ("data[\"exhaust.acct.flags\"][0]", "string"),
            ("data[\"exhaust.acct.flags\"].map(f, f.size())", "list(int)"), ("data[host]", "dyn"),
            ("other.a.b[0]", "dyn"),
            ("has(data.`process.user.name`) ? data.`process.user.name` : \"?\"", "string"),
            ("time - timestamp(\"2026-01-01T00:00:00Z\")", "duration"), ("item.sizes[item.name]", "int"),
            ("item.sizes.all(k, k.startsWith(\"a\"))", "bool"), ("item.sizes.transformList(k, v, v * 2)", "list(int)"),
            ("item.map(k, k)", "list(string)"), ("data.?`process.pid`", "optional(int)"),
            ("data.?`process.pid`.orValue(0) > 0", "bool"),
            ("data[?\"process.user.name\"].optMap(n, n.size())", "optional(int)"),
            ("true ? 1 : 2.0", "dyn"), ("[1, 2.0]", "list(dyn)"), ("[[], [1]]", "list(list(int))"),
            ("{1: [2u]}", "map(int, list(uint))"),
            ("value > 1 || severitynumber == null || severitynumber >= 17", "bool"), ("1 == 1.0", "bool"),
            ("data[\"exhaust.acct.elapsed_seconds\"] in [1, 2u, 3.0]", "bool"), ("type(1) == int", "bool"),
            ("[1] + [\"a\"]", "list(dyn)"), ("math.greatest(1, 2.0)", "dyn"), ("math.greatest([1, 2])", "int"),
            ("cel.bind(n, data.`process.pid`, n * n)", "int"), ("ip(\"10.0.0.1\").family()", "int"),
            ("{\"a\": 1}.transformMap(k, v, string(v))", "map(string, string)"),
        ])
    func deduced(text: String, type: String) throws {
        #expect(try Expression.parse(text).check(Self.names).description == type)
    }

    @Test(
        "that can only be wrong are told, with their column",
        arguments: [
            ("data.comand", "6: no field 'comand' in exhaust.acct"),
            (
                "data[\"process.comand\"] == \"a\"",
                "6: no field 'process.comand' in exhaust.acct, did you mean 'process.command'?"
            ),
            (
                "data.process.command",
                "6: no field 'process' in exhaust.acct; a name with dots is written [\"process.command\"]"
            ),
            (
                "has(data.`process.usr.name`)",
                "1: no field 'process.usr.name' in exhaust.acct, did you mean 'process.user.name'?"
            ),
            ("\"process.pd\" in data", "1: no field 'process.pd' in exhaust.acct, did you mean 'process.pid'?"),
            ("data.?nothing.orValue(1) == 1", "7: no field 'nothing' in exhaust.acct"),
            ("hst == \"a\"", "1: unknown name 'hst', did you mean 'host'?"),
            (
                "nothing",
                "1: unknown name 'nothing'; known here: \(names.keys.sorted().joined(separator: ", "))"
            ),
            ("data[\"process.pid\"] == \"1\"", "21: '==' compares int with string: never equal"),
            ("host != 1", "6: '!=' compares string with int: never equal"),
            ("host in [1, 2]", "6: 'in' looks for string among int: never there"),
            ("1 in item.sizes", "3: 'in' looks for int among string: never there"),
            ("host in \"web\"", "6: 'in' does not take string and string"),
            ("host + 1", "6: '+' does not take string and int"), ("1 + 1.0", "3: '+' does not take int and double"),
            ("-host", "1: '-' does not take string"), ("!host", "2: what follows '!' must be bool, not string"),
            ("host && true", "1: what stands beside '&&' must be bool, not string"),
            ("host ? 1 : 2", "1: what stands before '?' must be bool, not string"),
            ("host < 1", "6: '<' does not take string and int"), ("host.foo", "5: '.foo' does not take string"),
            ("host[0]", "5: '[]' does not take string and int"),
            ("data[0]", "5: '[]' does not take map(string, dyn) and int"),
            ("data[\"exhaust.acct.flags\"][\"a\"]", "27: '[]' does not take list(string) and string"),
            ("data[\"process.pid\"].startsWith(\"1\")", "21: startsWith does not take int and string"),
            ("host.contains(1)", "6: contains does not take string and int"), ("size(1)", "1: size does not take int"),
            ("value.exists(x, x)", "1: exists does not take double"),
            ("[1].filter(x, x)", "15: the condition of filter must be bool, not int"),
            ("[\"a\"].exists(x, x == 1)", "19: '==' compares string with int: never equal"),
            ("item.sizes.map(k, k + 1)", "21: '+' does not take string and int"),
            ("{1.5: 1}", "2: a map's key must be int, uint, bool or string, not double"),
            ("optional.of(1).value() + \"a\"", "24: '+' does not take int and string"),
            ("[?1]", "3: an optional is wanted here, not int"), ("time - 1", "6: '-' does not take timestamp and int"),
            ("ip(\"::1\").masked()", "11: masked does not take net.IP"),
        ])
    func wrong(text: String, expected: String) throws {
        let expression = try Expression.parse(text)
        let error = #expect(throws: ExpressionError.self) { try expression.check(Self.names) }
        #expect(error?.description == "column \(expected)")
    }

    @Test("of the whole may be asked for")
    func whole() throws {
        let text = try Expression.parse("host")
        let error = #expect(throws: ExpressionError.self) {
            try text.check(Self.names, for: "a condition", among: [.bool])
        }
        #expect(error?.description == "column 1: a condition must be bool, not string")
        #expect(throws: Never.self) {
            try Expression.parse("other.x").check(Self.names, for: "a condition", among: [.bool])
        }
    }

    @Test("are checked in templates, where the column counts in the template")
    func templates() throws {
        let template = try Template.parse("{{ host }} is {{ hst }}")
        let error = #expect(throws: ExpressionError.self) { try template.check(Self.names) }
        #expect(error?.description == "column 18: unknown name 'hst', did you mean 'host'?")
    }

    @Test("Every function has signatures for as many values as it takes")
    func signatures() {
        #expect(FunctionSignatures.malformed == [])
        for function in ExpressionFunction.all {
            let overloads = FunctionSignatures.overloads(of: function.name, isMethod: function.isMethod) ?? []
            for count in 0...8 {
                let isKnown = overloads.contains { $0.parameters(for: count) != nil }
                #expect(isKnown == function.counts.contains(count), "\(function.name) with \(count) values")
            }
        }
    }
}
