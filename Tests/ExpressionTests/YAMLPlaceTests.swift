import ExhaustCore
import Testing

@Suite("Places in YAML files")
struct YAMLPlaceTests {
    private struct Content: Decodable {
        let value: Expression?
        let text: Template?
    }

    /// Where in `text` the expression is wrong.
    private func place(_ text: String) throws -> String? {
        let document = try YAMLReader.parse(text, file: "f")
        let error = #expect(throws: ExhaustError.self) { try document.decode(Content.self) }
        return error?.description
    }

    @Test(
        "of errors in expressions are exact, however the text is written",
        arguments: [
            ("value: data. == 1", "f:1:14"), ("value:   data. == 1", "f:1:16"),
            ("{text: x, value: data. == 1}", "f:1:24"),
            ("value: 'data. == 1'", "f:1:15"), ("value: \"data. == 1\"", "f:1:15"),
            ("value: 'd == '''' && data. == 1'", "f:1:28"), ("value: \"d == \\\"\\\" && data. == 1\"", "f:1:28"),
            ("value: \"d == '\\u00e9' && data. == 1\"", "f:1:32"), ("value: 'd == \"é\" && data. == 1'", "f:1:27"),
            ("value: a == 1 &&\n  data. == 1", "f:2:9"), ("value: >-\n  a == 1\n\n  && data. == 1\n", "f:4:12"),
            ("value: |\n  a == 1\n    && data. == 1\n", "f:3:14"), ("value: 'a == 1\n\n  && data. == 1'", "f:3:12"),
            ("# first\nvalue: >-  # why\n  data. == 1", "f:3:9"), ("value: a &&", "f:1:12"),
            ("value: >\n  a &&\n", "f:2:7"),
            ("value: 'a &&'", "f:1:13"), ("text: \"{{ a }} and {{ b. }}\"", "f:1:26"),
            ("value: \"a && \\\n  b. == 1\"", "f:2:6"),
        ])
    func places(text: String, expected: String) throws {
        let error = try #require(try place(text))
        #expect(error.hasPrefix(expected + ": "), "\(error)")
    }
}
