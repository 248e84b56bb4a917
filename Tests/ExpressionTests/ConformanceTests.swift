import ExhaustCore
import Glibc
import Testing

/// CEL's own conformance suite. What is not run is in the table of `docs/cel.md`, with the reason.
@Suite("CEL conformance")
struct ConformanceTests {
    /// What one file of the suite gave.
    private struct Tally {
        var passed = 0
        var exceptions: [ConformanceCase.Exception: Int] = [:]
        var wrong: [String] = []

        /// The file's row in the table.
        func row(_ file: String) -> String {
            let total = passed + wrong.count + exceptions.values.reduce(0, +)
            let reasons = ConformanceCase.Exception.allCases.compactMap { reason in
                exceptions[reason].map { "\($0) \(reason.rawValue)" }
            }
            return "| \(file) | \(total) | \(passed) | \(reasons.joined(separator: ", ")) |"
        }
    }

    private static let files = [
        "basic", "comparisons", "conversions", "fields", "fp_math", "integer_math", "lists", "logic", "macros", "parse",
        "plumbing", "string", "timestamps",
        "bindings_ext", "block_ext", "dynamic", "encoders_ext", "enums", "macros2", "math_ext", "namespace",
        "network_ext", "optionals", "proto2", "proto2_ext", "proto3", "string_ext", "type_deduction", "wrappers",
    ]

    @Test(
        "Every conformance test gives the specified result, or is an exception that the table tells", arguments: files)
    func file(file: String) throws {
        guard let root = getenv("EXHAUST_TEST_DATA") else {
            return print("SKIPPED: CEL conformance \(file): EXHAUST_TEST_DATA is not set")
        }
        var tally = Tally()
        for test in try ConformanceCase.load("\(String(cString: root))/cel/cel-json/\(file).json") {
            switch test {
            case .success(let test): run(test, &tally)
            case .failure(let exception): tally.exceptions[exception, default: 0] += 1
            }
        }
        print("CEL conformance: \(tally.row(file))")
        #expect(tally.wrong == [])
        #expect(try Self.table().contains(tally.row(file)))
    }

    /// The lines of the documentation.
    private static func table() throws -> [String] {
        let path = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let bytes = try FileContent.read("/\(path)/docs/cel.md")
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private func run(_ test: ConformanceCase, _ tally: inout Tally) {
        let result = Result { () throws(ExpressionError) in
            try Expression.parse(test.expression, in: test.scope).evaluate(in: test.bindings)
        }
        switch (result, test.expectation) {
        case (.success(let value), .value(let expected)) where same(value, expected): tally.passed += 1
        case (.failure, .error): tally.passed += 1
        case (let result, _): tally.wrong.append("\(test.name): \(test.expression): gave \(result)")
        }
    }

    /// Equality as the suite means it: types count, and -0.0 is not 0.0.
    private func same(_ left: Value, _ right: Value) -> Bool {
        if case .double(let left) = left, case .double(let right) = right {
            return left.bitPattern == right.bitPattern || left.isNaN && right.isNaN
        }
        return left == right
    }
}
