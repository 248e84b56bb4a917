import ExhaustCore
import Testing

@Suite("The JSON reader")
struct JSONReaderTests {
    static let sound: [(String, Value)] = [
        ("null", .null), ("true", true), (" [1, -2,\t3.5e1]\n", [1, -2, 35.0]), ("{}", .map([:])),
        (#""\u00e9\ud83d\ude00\n\"""#, "é😀\n\""), ("18446744073709551615", .uint(.max)),
        ("-9223372036854775808", .int(.min)), ("-0", 0), ("0.5", 0.5), (#"{"a":{"b":[]}}"#, ["a": ["b": []]]),
    ]

    @Test("reads what RFC 8259 allows", arguments: sound)
    func valid(text: String, value: Value) throws {
        #expect(try JSONReader.parse(text) == value)
    }

    @Test(
        "says what is wrong with hostile input, and where",
        arguments: [
            ("", "the JSON ends in the middle at byte 0"),
            (#"{"a":1,"a":2}"#, #"key "a" stands twice at byte 7"#),
            (#"{"a":{"b":1,"b":2}}"#, #"key "b" stands twice at byte 12, in a"#),
            ("[1] x", "something follows the JSON at byte 4"),
            ("01", "a malformed number at byte 2"), ("1.", "a malformed number at byte 2"),
            ("-", "the JSON ends in the middle at byte 1"),
            ("[18446744073709551616]", "a number that fits neither 64 bits nor a double at byte 1, in [0]"),
            ("1e999", "a number that fits neither 64 bits nor a double at byte 0"),
            (#""\ud800""#, "an escape that JSON does not have at byte 7"),
            (#""\x""#, "an escape that JSON does not have at byte 3"),
            ("\"a\nb\"", "raw control character byte 10 in a string at byte 2"),
            ("[tru]", "unexpected ']' at byte 4, in [0]"), ("{1:2}", "unexpected '1' at byte 1"),
            ("[1,]", "unexpected ']' at byte 3, in [1]"), ("NaN", "unexpected 'N' at byte 0"),
        ])
    func hostile(text: String, message: String) {
        let error = #expect(throws: JSONError.self) { try JSONReader.parse(text) }
        #expect(error?.description == message)
    }

    @Test("refuses bytes that are not UTF-8")
    func invalidUTF8() {
        let error = #expect(throws: JSONError.self) { try JSONReader.parse([0x22, 0xc3, 0x28, 0x22]) }
        #expect(error?.problem == .invalidUTF8)
    }

    @Test("bounds depth and size")
    func bounds() {
        let deep = String(repeating: "[", count: 100_000)
        #expect(throws: JSONError(.tooDeep(limit: 32), offset: 32, path: String(repeating: "[0]", count: 32))) {
            try JSONReader.parse(deep)
        }
        #expect(throws: JSONError(.tooLarge(limit: 8), offset: 0)) {
            try JSONReader.parse("\"123456789\"", limits: .init(bytes: 8))
        }
        #expect(throws: Never.self) {
            try JSONReader.parse(String(repeating: "[", count: 32) + String(repeating: "]", count: 32))
        }
    }

    @Test("never crashes on mutations, and what it accepts survives a round trip")
    func mutations() throws {
        let seed = Array(#"{"a":[1,-2.5e3,true,null,"x\u00e9\n"],"b":{"c":18446744073709551615}}"#.utf8)
        var generator = SeededGenerator(seed: 42)
        for _ in 0..<20_000 {
            var bytes = seed
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.remove(at: place)
                default: bytes.insert(UInt8.random(in: 32...126, using: &generator), at: place)
                }
            }
            guard let value = try? JSONReader.parse(bytes) else { continue }
            #expect(try JSONReader.parse(JSONWriter.bytes(of: value)) == value)
        }
    }
}
