import ExhaustCore
import Testing

@Suite("Values that only expressions make")
struct ComputedValueTests {
    private let bindings: ValueMap = ["data": ["user": "root", "n": 3, "list": [1, 2, 2, 3]], "type": "exhaust.acct"]

    @Test(
        "Optionals, types, keys and addresses work on an event's fields",
        arguments: [
            "data.?user.orValue('none') == 'root' && data.?missing.orValue('none') == 'none'",
            "data.?user.orValue(data.missing) == 'root'",
            "data[?'a.b'].optMap(x, x + 1) == optional.none() && data.?n.optMap(x, x + 1).value() == 4",
            "type == 'exhaust.acct' && type(type) == string && type(data.n) == int",
            "{1: 'a', 'b': 2}[1u] == 'a' && 1.0 in {1: 'a'} && {1: 2} == {1u: 2.0}",
            "cidr('10.0.0.0/8').containsIP('10.255.0.1') && !cidr('10.0.0.0/8').containsIP('11.0.0.1')",
            "cel.bind(n, data.n, n * n + n) == 12",
            "data.list.distinct() == [1, 2, 3] && data.list.reverse().first().value() == 3",
            "data.list.all(i, v, v >= i) && {'a': 1}.transformMap(k, v, v + 1) == {'a': 2}",
            "{'a': 1}.transformMapEntry(k, v, {v: k}) == {1: 'a'}",
            "[[1], [[2]]].flatten() == [1, [2]] && [[1], [[2]]].flatten(2) == [1, 2] && lists.range(3) == [0, 1, 2]",
            "[3, 1, 2].sort() == [1, 2, 3] && ['b', 'a'].sort() == ['a', 'b'] && [1, 2, 3].slice(1, 2) == [2]",
            "'abc'.replace('', '-') == '-a-b-c-' && 'abc'.replace('', '-', 2) == '-a-bc'",
            "'abc'.split('', 2) == ['a', 'bc'] && 'a,b,c'.split(',', 2) == ['a', 'b,c']",
            "'2001:DB8::0:1' != string(ip('2001:DB8::0:1')) && string(ip('2001:DB8::0:1')) == '2001:db8::1'",
            "'\u{212a}' != 'K' && !('\u{212a}' in ['K', 'a']) && 'K' in ['K', 'a']",
            "2.0 in [1, 2] && 2 in [1.0, 2.0] && 2u in [1, 2] && !(3 in [1, 'a', true]) && [1] in [[1], [2]]",
        ])
    func condition(_ text: String) throws {
        #expect(try Expression.parse(text).isTrue(in: bindings))
    }

    @Test(
        "As JSON and in templates they are their nearest plain value",
        arguments: [
            ("optional.of(1)", "1"), ("optional.none()", "null"), ("type(1)", "int"),
            ("{1: 'a', true: 2}", "{\"1\":\"a\",\"true\":2}"),
            ("ip('::1')", "::1"), ("cidr('10.0.0.1/8')", "10.0.0.1/8"), ("[optional.of('x')]", "[\"x\"]"),
        ])
    func plain(text: String, expected: String) throws {
        #expect(try Template.parse("{{ \(text) }}").renderText(in: bindings) == expected)
    }

    @Test(
        "An error says what was wrong",
        arguments: [
            ("data.?missing.value()", "column 15: the optional has no value"),
            ("data.user.hasValue()", "column 11: hasValue does not take string"),
            ("[?1]", "column 3: '?' does not take int"),
            ("ip('1.2.3')", "column 1: out of range: '1.2.3' as ip"),
            ("math.abs(data.user)", "column 6: math.abs does not take string"),
            ("[1, 'a'].sort()", "column 10: '<' does not take int and string"),
            ("'%d'.format(['a'])", "column 6: %d does not take string"),
            ("'a'.matches(data.user + '(')", "column 5: out of range: regular expression, column 6: missing ): root("),
        ])
    func evaluationError(text: String, message: String) {
        let error = #expect(throws: ExpressionError.self) { try Expression.parse(text).evaluate(in: bindings) }
        #expect(error?.description == message)
    }

    @Test(
        "What is wrong with a call is told when it is parsed",
        arguments: [
            ("math.abz(1)", "column 6: unknown function 'math.abz', did you mean 'math.abs'?"),
            ("'a'.substring()", "column 5: substring takes 1 to 2 arguments, not 0"),
            ("cel.bind(1, 2, 3)", "column 10: cel.bind takes a variable's name first, found a number"),
            ("[1].transformList(x, x)", "column 23: expected ',', found ')'"),
        ])
    func parseError(text: String, message: String) {
        let error = #expect(throws: ExpressionError.self) { try Expression.parse(text) }
        #expect(error?.description == message)
    }
}
