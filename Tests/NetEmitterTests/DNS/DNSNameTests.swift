import Testing

@testable import NetEmitter

@Suite("Names in DNS messages")
struct DNSNameTests {
    private func read(_ bytes: [UInt8], at offset: Int = 0) throws(DNSProblem) -> (text: String, end: Int) {
        var result: Result<(text: String, end: Int), DNSProblem> = .failure(.noHeader)
        bytes.withUnsafeBytes { buffer in
            do throws(DNSProblem) {
                result = .success(try DNSName.read(FrameBytes(buffer), at: offset, in: .question))
            } catch {
                result = .failure(error)
            }
        }
        return try result.get()
    }

    @Test(
        "are as zone files write them, spaces and UTF-8 as they are",
        arguments: [
            (DNSBytes.name("www.Example.org"), "www.Example.org"), ([0], "."),
            ([3, 0x61, 0x2e, 0x62, 1, 0x5c, 0], #"a\.b.\\"#), ([4, 0x61, 0, 0xff, 0x0a, 0], #"a\000\255\010"#),
            ([5, 0x61, 0x20, 0xc3, 0xa9, 0x22, 0], "a é\""), ([2, 0xc2, 0x85, 0], #"\194\133"#),
        ])
    func text(bytes: [UInt8], expected: String) throws {
        let name = try read(bytes)
        #expect(name.text == expected && name.end == bytes.count)
    }

    @Test("compression is followed back, and what follows begins after the first pointer")
    func compression() throws {
        let bytes = DNSBytes.name("example.org") + [3, 0x77, 0x77, 0x77, 0xc0, 0, 1, 0x61, 0xc0, 13, 9]
        #expect(try read(bytes, at: 13) == ("www.example.org", 19))
        #expect(try read(bytes, at: 19) == ("a.www.example.org", 23))
    }

    @Test(
        "loops, pointers ahead, chains, long names, odd labels and early ends are told",
        arguments: [
            ([0xc0, 0], 0, DNSProblem.pointer), ([1, 0x61, 0xc0, 0], 0, .pointer), ([0xc0, 2, 0], 0, .pointer),
            ([1, 0x61, 0xc0, 4, 0xc0, 2], 2, .pointer), ([0x41, 1, 0], 0, .labelType(0x41)),
            ([0x80, 1, 0], 0, .labelType(0x80)), ([5, 0x61], 0, .ends(.question)), ([0xc0], 0, .ends(.question)),
            ([], 0, .ends(.question)), ([1, 0x61], 0, .ends(.question)), ([0], 7, .ends(.question)),
        ])
    func problems(bytes: [UInt8], offset: Int, problem: DNSProblem) {
        #expect(throws: problem) { try read(bytes, at: offset) }
    }

    @Test("a name of 255 bytes is the longest, and 127 pointers the most")
    func limits() throws {
        let label = [63] + [UInt8](repeating: 0x61, count: 63)
        let longest = label + label + label + [61] + [UInt8](repeating: 0x62, count: 61) + [0]
        #expect(longest.count == 255)
        #expect(try read(longest).text.utf8.count == 253)
        let tooLong = label + label + label + [62] + [UInt8](repeating: 0x62, count: 62) + [0]
        #expect(throws: DNSProblem.longName) { try read(tooLong) }
        // A chain of pointers, each to the one before it.
        let chain: [UInt8] = [0, 0] + (0..<200).flatMap { place -> [UInt8] in DNSBytes.word(0xc000 | place * 2) }
        #expect(try read(chain, at: 2 * 127).text == ".")
        #expect(throws: DNSProblem.pointerChain) { try read(chain, at: 2 * 128) }
    }
}
