import ExhaustCore
import Testing

@Suite("Expressions")
struct ExpressionTests {
    private let bindings: ValueMap = [
        "data": [
            "process.command": "nginx", "exit": 9,
            "disks": [["at": "/", "used": 0.9], ["at": "/mnt", "used": 0.2]],
        ],
        "host": "web-01",
    ]

    @Test(
        "A condition reads dotted keys, fields and lists",
        arguments: [
            "data[\"process.command\"] == 'nginx' && data.exit != 0",
            "data.`process.command`.startsWith('ng')",
            "data.disks.exists(disk, disk.used > 0.85)",
            "data.disks.filter(disk, disk.used > 0.5).map(disk, disk.at) == ['/']",
            "data.disks.map(disk, disk.used > 0.5, disk.at) == ['/']",
            "'process.command' in data && !has(data.missing)",
            "host in ['web-01', 'web-02']",
            "size('\u{1F431}é') == 2",
            "duration('90s') > duration('1m')",
            "timestamp('2026-11-22T07:00:00Z') + duration('1h') == timestamp('2026-11-22T08:00:00Z')",
            "string(timestamp(0)) == '1970-01-01T00:00:00Z' && string(duration('1500ms')) == '1.5s'",
            "int('42') == 42u && uint(7) + 1u == 8.0",
            "'e\\u0301' != '\\u00e9'",
        ])
    func condition(_ text: String) throws {
        #expect(try Expression.parse(text).isTrue(in: bindings))
    }

    @Test(
        "An error says where and why",
        arguments: [
            ("1 +", "column 4: an expression is missing here"),
            ("data.exit = 1", "column 11: unexpected character '='"),
            ("data.exit !== 0", "column 13: unexpected character '='"),
            ("size(1, 2)", "column 1: size takes 1 argument, not 2"),
            ("'a'.startWith('b')", "column 5: unknown function 'startWith', did you mean 'startsWith'?"),
            ("'a'.matches('(')", "column 13: regular expression, column 2: missing ): ("),
            ("'abc", "column 1: the string has no end"),
            ("\"ü\" + §", "column 7: unexpected character '§'"),
            ("true &&\n  (1 ==", "line 2, column 8: an expression is missing here"),
            ("10s", "column 3: a letter right behind a number; a duration is written duration('10s')"),
            ("while", "column 1: 'while' is a reserved word"),
            (
                "has(data[\"x\"])",
                "column 1: has() takes a field, such as has(data.name); for other keys write 'key' in data"
            ),
            ("[1].all(1, true)", "column 9: all takes a variable's name first, found a number"),
            ("9223372036854775808", "column 1: the number is too large"),
            ("'\\q'", "column 2: an escape that expressions do not have"),
            (String(repeating: "(", count: 101) + "1", "column 101: nested deeper than 100 levels"),
        ])
    func parseError(text: String, message: String) {
        let error = #expect(throws: ExpressionError.self) { try Expression.parse(text) }
        #expect(error?.description == message)
    }

    @Test(
        "What an event does not have is an error that names it",
        arguments: [
            ("data.missing > 1", "column 5: no such field 'missing'"),
            ("data['missing']", "column 5: no such key 'missing'"),
            ("data.disks[2]", "column 11: no element at index 2"),
            ("host.name", "column 5: '.name' does not take string"),
            ("nothing", "column 1: unknown name 'nothing'"),
            ("host > 1", "column 6: '>' does not take string and int"),
            ("9223372036854775807 + 1", "column 21: integer overflow"),
            ("1 / 0", "column 3: division by zero"),
            ("{'a': 1, 'a': 2}", "column 10: key 'a' stands twice"),
        ])
    func evaluationError(text: String, message: String) {
        let error = #expect(throws: ExpressionError.self) { try Expression.parse(text).evaluate(in: bindings) }
        #expect(error?.description == message)
    }

    @Test(
        "&&, ||, all and exists outweigh errors on either side",
        arguments: [
            ("data.missing && false", false), ("false && data.missing", false), ("data.missing || true", true),
            ("true || data.missing", true),
            ("[1, 'a'].exists(x, x % 2 == 1)", true), ("['a', 2].all(x, x % 2 == 1)", false),
        ])
    func absorption(text: String, expected: Bool) throws {
        #expect(try Expression.parse(text).isTrue(in: bindings) == expected)
    }

    @Test("A loop in a loop stops at the step limit, even behind ||")
    func cost() {
        let list = "[" + Array(repeating: "1", count: 200).joined(separator: ",") + "]"
        let text = "\(list).all(a, \(list).all(b, \(list).all(c, a + b + c == 3))) || true"
        let error = #expect(throws: ExpressionError.self) { try Expression.parse(text).evaluate(in: bindings) }
        #expect(error?.problem == .costExceeded(limit: 1_000_000))
    }

    @Test("Growth by doubling stops at the step limit")
    func growth() {
        let text = "['0123456789abcdef']" + String(repeating: ".map(x, x + x)", count: 40)
        #expect(throws: ExpressionError.self) { try Expression.parse(text).evaluate(in: bindings) }
    }

    @Test("Identifiers are the roots, without macro variables")
    func identifiers() throws {
        let expression = try Expression.parse("data.disks.all(d, d.used < limit) && host == 'a'")
        #expect(expression.identifiers == ["data", "limit", "host"])
    }

    @Test("An event's attributes are names")
    func event() throws {
        var event = Event(
            type: .acct, source: "//web-01/emitter-acct/1", id: "7", time: Timestamp(seconds: 10),
            host: try #require(HostID("web-01")), data: ["x": 1])
        let text = """
            data.x == 1 && host == 'web-01' && type == 'exhaust.acct' && id == '7' && time == timestamp(10) && item
            """
        #expect(try Expression.parse(text).isTrue(in: EventBindings(event, with: ["item": true])))
        #expect(try Expression.parse("severitynumber == null").isTrue(in: EventBindings(event)))
        event.severityNumber = 17
        #expect(try Expression.parse("severitynumber >= 17").isTrue(in: EventBindings(event)))
    }

    @Test("Configuration holds expressions, and a bad one is an error at its key")
    func decoding() throws {
        struct Settings: Decodable {
            let when: Expression
            let with: ValueTemplate
        }
        let good = try YAMLReader.parse("when: data.exit != 0\nwith: {name: '{{ host }}', count: 3}", file: "a.yaml")
        let settings = try good.decode(Settings.self)
        #expect(settings.when.text == "data.exit != 0")
        #expect(try settings.with.render(in: bindings) == ["name": "web-01", "count": 3])
        let bad = try YAMLReader.parse("with: {}\nwhen: data.exit !=", file: "a.yaml")
        let error = #expect(throws: ExhaustError.self) { try bad.decode(Settings.self) }
        #expect(error?.description == "a.yaml:2:19: when: an expression is missing here")
    }
}
