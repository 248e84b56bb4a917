import ExhaustCore
import Testing

@Suite("Templates")
struct TemplateTests {
    private let bindings: ValueMap = ["host": "web-01", "n": 3, "list": [1, "a"], "share": 0.5, "nothing": .null]

    @Test(
        "Text and expressions become one string",
        arguments: [
            ("plain", "plain"),
            ("host {{ host }} has {{n}} disks", "host web-01 has 3 disks"),
            ("{{ list }}{{ share }}{{ nothing }}", "[1,\"a\"]0.5null"),
            ("{{ '}}' }}{{ '{{' }}!", "}}{{!"),
            ("{{ {'a': {'b': 1}} }}.", "{\"a\":{\"b\":1}}."),
            ("a } b { c }} d", "a } b { c }} d"),
        ])
    func text(template: String, expected: String) throws {
        #expect(try Template.parse(template).render(in: bindings) == .string(expected))
    }

    @Test("A template that is one expression keeps the type")
    func typed() throws {
        #expect(try Template.parse("{{ n + 1 }}").render(in: bindings) == 4)
        #expect(try Template.parse("{{ list }}").render(in: bindings) == [1, "a"])
        #expect(try Template.parse("{{ n }}").renderText(in: bindings) == "3")
    }

    @Test(
        "A bad template says where",
        arguments: [
            ("a {{ host", "column 10: expected '}', found the end"),
            ("a {{ host }", "column 11: expected '}}', found '}'"),
            ("a {{ }}", "column 6: unexpected '}'"),
            ("a {{ host } }", "column 11: expected '}}', found '}'"),
        ])
    func bad(template: String, message: String) {
        let error = #expect(throws: ExpressionError.self) { try Template.parse(template) }
        #expect(error?.description == message)
    }

    @Test("A tree of templates renders to a tree and knows its names")
    func tree() throws {
        let tree = try ValueTemplate.parse(["host": "{{ host }}", "args": ["-n", "{{ n }}"], "deep": ["flag": true]])
        #expect(tree.identifiers == ["host", "n"])
        #expect(try tree.render(in: bindings) == ["host": "web-01", "args": ["-n", 3], "deep": ["flag": true]])
    }
}
