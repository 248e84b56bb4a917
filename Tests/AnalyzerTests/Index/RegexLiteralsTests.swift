import Testing

@testable import Analyzer

struct RegexLiteralsTests {
    @Test(
        arguments: [
            ("abc", ["abc"]), ("ab*c", ["a"]), ("ab+cd", ["ab"]), ("a|bc", ["a", "bc"]), ("a|b*", nil), ("", nil),
            ("^/tmp/[a-z]+\\.sh$", ["/tmp/"]), ("x(abc|d)yz", ["yz"]), ("x(?i)abc", nil), ("(?:a|b)cd", ["cd"]),
            ("(?P<n>a)cd", ["cd"]), ("ab{2}cd", ["cd"]), ("ab{cd", nil), ("a\\Q*\\Eb", nil), ("\\x41bc", nil),
            ("[]]ab[^]]", ["ab"]), ("[[:alpha:]]ab", ["ab"]), ("[(]ab", ["ab"]), ("a\\|b", ["a|b"]),
            ("é?xé", ["xé"]),
            ("(a(b)c)d", ["d"]), ("a\\pLbcd", nil), ("ab??cd", ["cd"]), ("(\\Q)", nil), ("[[:al", nil),
            ("a{2,}?bc", ["bc"]),
        ] as [(String, [String]?)])
    func readsWhatIsSure(_ pattern: String, _ texts: [String]?) {
        #expect(RegexLiterals.read(pattern)?.texts == texts)
    }

    @Test func foldsOnlyWhatHasTwoCases() {
        #expect(RegexLiterals.read("(?i)/bin/bask/é")?.texts == ["/bin/ba"])
        #expect(RegexLiterals.read("(?i)/bin/bask/é")?.isCaseInsensitive == true)
        #expect(RegexLiterals.read("/bin")?.isCaseInsensitive == false)
    }
}
