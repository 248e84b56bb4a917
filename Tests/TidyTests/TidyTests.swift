import Testing

/// The house rules as a test: docs/specs/style.md gives the reasons.
@Suite("The house rules")
struct TidyTests {
    static let sources = SourceFile.all(below: "Sources")
    static let everything = sources + SourceFile.all(below: "Tests")

    @Test("lines have at most 120 columns, and no tabs or trailing space")
    func columns() {
        for file in Self.everything {
            for (number, line) in file.lines.enumerated() {
                #expect(line.count <= 120, "\(file.path):\(number + 1)")
                #expect(!line.contains("\t") && !line.hasSuffix(" "), "\(file.path):\(number + 1)")
            }
        }
    }

    @Test("files have at most 400 lines, and their median is near 100")
    func fileLengths() {
        for file in Self.everything { #expect(file.lines.count <= 400, "\(file.path) has \(file.lines.count) lines") }
        let lengths = Self.sources.map(\.lines.count).sorted()
        #expect((30...130).contains(lengths[lengths.count / 2]), "the median is \(lengths[lengths.count / 2])")
    }

    @Test("functions have at most 70 lines")
    func functionLengths() {
        for file in Self.everything {
            for function in Function.all(in: file) {
                #expect(function.length <= 70, "\(file.path):\(function.line) \(function.length) lines")
            }
        }
    }

    @Test(
        "nothing that input can reach may end the process",
        arguments: ["try!", "fatalError(", "as!", "preconditionFailure(", "unsafeBitCast(", "import Foundation\n"])
    func crashes(word: String) {
        for file in Self.sources {
            #expect(!Self.withoutComments(file).contains(word), "\(file.path) says \(word)")
        }
    }

    @Test("a claim of safety stands beside its proof")
    func proofs() {
        for file in Self.everything {
            for (number, line) in file.lines.enumerated() where Self.claims.contains(where: { line.contains($0) }) {
                if line.contains("\"") { continue }
                let above = file.lines[max(0, number - 6)..<number]
                #expect(above.contains { $0.contains("// Safe: ") }, "\(file.path):\(number + 1) lacks '// Safe: …'")
            }
        }
    }

    private static let claims = ["@unchecked Sendable", "nonisolated(unsafe)", "@unsafe"]

    @Test("an error that is dropped says why")
    func droppedErrors() {
        for file in Self.sources {
            for (number, line) in file.lines.enumerated() where line.contains("try? ") {
                let near = file.lines[max(0, number - 4)...number]
                #expect(near.contains { $0.contains("//") }, "\(file.path):\(number + 1) drops an error without a word")
            }
        }
    }

    @Test("types and functions that others use are documented, there or where a protocol asks for them")
    func documentation() {
        let exports = Self.sources.flatMap { Export.all(in: $0) }
        let known = Set(exports.filter(\.isDocumented).map(\.name)).union(Export.standard)
        for export in exports where export.isExported && !export.isDocumented && !known.contains(export.name) {
            Issue.record("\(export.place): \(export.name) has no documentation")
        }
    }

    @Test("there are no notes to oneself")
    func notes() {
        for file in Self.everything where !file.path.hasPrefix("Tests/TidyTests") {
            for word in ["TODO", "FIXME", "HACK"] { #expect(!file.text.contains(word), "\(file.path) says \(word)") }
        }
    }

    @Test("executables are wiring: under 60 lines")
    func executables() {
        for file in Self.sources where file.path.hasPrefix("Sources/exhaust") {
            #expect(file.lines.count < 60, "\(file.path) has \(file.lines.count) lines")
        }
    }

    @Test("roles share the shared libraries and nothing else")
    func imports() {
        let roles = [
            "SyslogEmitter", "CLIEmitter", "AcctEmitter", "PerfEmitter", "NetEmitter", "Analyzer", "Activator",
            "Orchestrator", "Agent", "ControlTool",
        ]
        for file in Self.sources {
            let folder = file.path.split(separator: "/")[1]
            for role in roles where role != folder && !folder.hasPrefix("exhaust") {
                // The tool for people checks rules with the analyzer's own code.
                if folder == "ControlTool", role == "Analyzer" { continue }
                #expect(!file.lines.contains { $0.hasSuffix("import \(role)") }, "\(file.path) imports \(role)")
            }
            let usesBroker = file.lines.contains { $0.hasSuffix("import CRabbitMQ") }
            #expect(!usesBroker || folder == "ExhaustBroker", "\(file.path) imports librabbitmq")
        }
    }

    private static func withoutComments(_ file: SourceFile) -> String {
        file.lines.filter { !$0.drop { $0 == " " }.hasPrefix("//") }.joined(separator: "\n")
    }
}
