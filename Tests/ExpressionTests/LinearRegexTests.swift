import ExhaustCore
import Testing

@Suite("Regular expressions")
struct LinearRegexTests {
    @Test(
        "match somewhere in the text, by code point",
        arguments: [
            ("ubb", "hubba", true), ("ubb", "hub", false), ("", "anything", true), ("", "", true), ("^$", "", true),
            ("^h.*a$", "hubba", true), ("^ubba$", "hubba", false), ("malicious\\.(exe|dll)", "a malicious.dll", true),
            ("^.{3}$", "a\u{301}b", true), ("^.{4}$", "čaj!", true), ("[а-я]+", "слово", true), ("a.b", "a\nb", false),
            ("(?s)a.b", "a\nb", true), ("A", "a", false), ("(?i)A", "a", true), ("\\pL{2}", "1é", false),
            ("a\0b", "xa\0b", true),
        ])
    func matching(pattern: String, text: String, expected: Bool) throws {
        #expect(try LinearRegex(pattern).matches(text) == expected)
    }

    @Test("ignore case where they are told to, also beyond ASCII")
    func ignoringCase() throws {
        #expect(try LinearRegex("straße", ignoringCase: true).matches("STRAßE"))
        #expect(try LinearRegex("привет", ignoringCase: true).matches("ПРИВЕТ"))
        #expect(try LinearRegex("a", ignoringCase: true) != LinearRegex("a"))
    }

    @Test("take bytes that are no UTF-8 as no character")
    func bytes() throws {
        let matches = try [UInt8("a".utf8.first ?? 0), 0xff, 0x62].withUnsafeBufferPointer { bytes in
            (try LinearRegex("^a.b$").matches(bytes), try LinearRegex("b$").matches(bytes))
        }
        #expect(matches == (false, true))
        #expect(try LinearRegex("^$").matches(UnsafeBufferPointer(start: nil, count: 0)))
    }

    @Test(
        "that are none say why, and in which column",
        arguments: [
            ("a\\yb", "column 2: invalid escape sequence: \\y"),
            ("é\\y", "column 2: invalid escape sequence: \\y"),
            ("\\\\y\\y", "column 4: invalid escape sequence: \\y"),
            ("x[a-", "column 2: missing ]: [a-"),
            ("(a", "column 3: missing ): (a"),
            ("a)b)", "column 2: unexpected ): a)b)"),
            ("ab\\", "column 3: trailing \\"),
            ("a|*", "column 3: no argument for repetition operator: *"),
            ("a{1}b**", "column 6: bad repetition operator: **"),
            ("x{1001}", "column 2: invalid repetition size: {1001}"),
            ("[z-a]", "column 2: invalid character class range: z-a"),
            ("(a)\\1", "column 4: invalid escape sequence: \\1"),
            ("a(?=b)", "column 2: invalid perl operator: (?="),
            ("(a)(?P<n", "column 4: invalid named capture group: (?P<n"),
            ("(\\pL{100}){10}", "column 1: pattern too large - compile failed"),
            (String(repeating: "a", count: 4097), "column 1: longer than 4096 bytes"),
        ])
    func errors(pattern: String, expected: String) {
        let error = #expect(throws: RegexError.self) { _ = try LinearRegex(pattern) }
        #expect(error?.description == "regular expression, \(expected)")
    }

    /// Patterns on which engines that go back take time exponential, or at least quadratic, in the text.
    @Test(
        "take time linear in the text, whatever the pattern",
        arguments: [
            "(a+)+$", "^(a|a)*$", "(a|aa)+$", "(.*a){12}$", "^(([a-z])+.)+[A-Z]([a-z])+$", "(x+x+)+y", "a*a*a*b",
        ])
    func linear(pattern: String) throws {
        let regex = try LinearRegex(pattern)
        func time(_ count: Int) -> Duration {
            let text = String(repeating: "a", count: count) + "!"
            var hits = 0
            let time = (0..<5).map { _ in ContinuousClock().measure { hits += regex.matches(text) ? 1 : 0 } }.min()
            #expect(hits == 0)
            return time ?? .zero
        }
        let (short, long) = (time(100_000), time(800_000))
        #expect(long < short * 30, "eight times the text took \(short) and \(long)")
    }

    @Test("serve several threads at once")
    func threads() async throws {
        let regex = try LinearRegex("(a|b)*c[0-9]{1,3}$")
        let hits = await withTaskGroup(of: Int.self, returning: Int.self) { group in
            for start in 0..<8 {
                group.addTask { (0..<1000).count { regex.matches("abab\($0 % 2 == 0 ? "c" : "d")\(start)") } }
            }
            return await group.reduce(0, +)
        }
        #expect(hits == 4000)
    }
}
