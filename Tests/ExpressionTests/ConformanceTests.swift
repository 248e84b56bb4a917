import ExhaustCore
import Glibc
import Testing

/// CEL's own conformance suite, as far as the subset reaches. What is outside it must fail to parse or evaluate with a
/// reason that says so; a wrong value fails the test.
@Suite("CEL conformance")
struct ConformanceTests {
    /// What one file of the suite gave.
    private struct Tally {
        var passed = 0
        var skipped: [String: Int] = [:]
        var wrong: [String] = []
    }

    /// Passed tests that the subset must reach at least; raise them as it grows.
    private static let floors: [(file: String, passed: Int)] = [
        ("basic", 41), ("comparisons", 320), ("conversions", 80), ("fields", 29), ("fp_math", 30),
        ("integer_math", 64), ("lists", 38), ("logic", 30), ("macros", 41), ("parse", 170), ("plumbing", 5),
        ("string", 42), ("timestamps", 48),
    ]

    @Test("Every conformance test within the subset gives the specified result", arguments: floors)
    func file(file: String, floor: Int) throws {
        guard let root = getenv("EXHAUST_TEST_DATA") else {
            return print("SKIPPED: CEL conformance \(file): EXHAUST_TEST_DATA is not set")
        }
        var tally = Tally()
        for test in try ConformanceCase.load("\(String(cString: root))/cel/cel-json/\(file).json") {
            switch test {
            case .success(let test): run(test, &tally)
            case .failure(let unsupported): tally.skipped[unsupported.feature, default: 0] += 1
            }
        }
        let skipped = tally.skipped.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        print("CEL conformance \(file): \(tally.passed) passed, skipped: \(skipped.joined(separator: ", "))")
        #expect(tally.wrong == [])
        #expect(tally.passed >= floor)
    }

    /// Bytes literals whose expected bytes hold a backslash that their text does not.
    private static let defective: Set<String> = [
        "b''' ? \" ' ` '''", "b\"\"\" ? \" ' ` \"\"\"",
    ]

    private func run(_ test: ConformanceCase, _ tally: inout Tally) {
        if Self.defective.contains(test.expression) { return tally.skipped["defective data", default: 0] += 1 }
        let expression: Expression
        do {
            expression = try Expression.parse(test.expression)
        } catch {
            if let feature = missingFeature(error.problem) {
                tally.skipped[feature, default: 0] += 1
            } else {
                tally.wrong.append("\(test.name): \(test.expression): does not parse: \(error)")
            }
            return
        }
        switch (Result { () throws(ExpressionError) in try expression.evaluate(in: test.bindings) }, test.expectation) {
        case (.success(let value), .value(let expected)) where same(value, expected): tally.passed += 1
        case (.failure(let error), _) where isStringKeyOnly(error):
            tally.skipped["map keys that are no strings", default: 0] += 1
        case (.failure(let error), .value) where isTypeName(error): tally.skipped["types as values", default: 0] += 1
        case (.failure, .error): tally.passed += 1
        case (let result, _): tally.wrong.append("\(test.name): \(test.expression): gave \(result)")
        }
    }

    /// The feature whose absence explains that a test does not parse.
    private func missingFeature(_ problem: ExpressionProblem) -> String? {
        switch problem {
        case .unknownFunction(let name, _): "function \(name)"
        case .syntax(let reason) where reason.contains("messages such as"): "messages"
        default: nil
        }
    }

    private func isStringKeyOnly(_ error: ExpressionError) -> Bool {
        if case .noOverload("a map's key", let type, _) = error.problem { return type != "null" && type != "double" }
        return false
    }

    private func isTypeName(_ error: ExpressionError) -> Bool {
        guard case .unknownName(let name) = error.problem else { return false }
        return [
            "bool", "int", "uint", "double", "string", "bytes", "list", "map", "null_type", "type", "google",
        ].contains(name)
    }

    /// Equality as the suite means it: types count, and -0.0 is not 0.0.
    private func same(_ left: Value, _ right: Value) -> Bool {
        if case .double(let left) = left, case .double(let right) = right {
            return left.bitPattern == right.bitPattern || left.isNaN && right.isNaN
        }
        return left == right
    }
}
