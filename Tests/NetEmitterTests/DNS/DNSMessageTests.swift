import ExhaustCore
import Testing

@testable import NetEmitter

@Suite("DNS messages")
struct DNSMessageTests {
    @Test(
        "data of records is as zone files write it",
        arguments: [
            (1, [192, 0, 2, 1], "192.0.2.1"),
            (28, [0x20, 1, 0x0d, 0xb8] + [UInt8](repeating: 0, count: 11) + [1], "2001:db8::1"),
            (5, [1, 0x78, 0xc0, 12], "x.example.org"), (15, [0, 10, 0xc0, 12], "10 example.org"),
            (16, [2, 0x61, 0x22, 0, 1, 0xff], #""a\"" "" "\255""#), (13, [1, 0x61, 1, 0x62], #""a" "b""#),
            (33, [0, 1, 0, 2, 0, 80, 0xc0, 12], "1 2 80 example.org"),
            (6, [0, 0] + [UInt8](repeating: 0, count: 19) + [9], ". . 0 0 0 0 9"),
            (43, [1, 2, 8, 2, 0xab, 0xcd], "258 8 2 abcd"), (44, [1, 2, 0x0f], "1 2 0f"),
            (52, [3, 1, 1, 0xff], "3 1 1 ff"), (257, [0, 5] + Array("issuex".utf8), #"0 issue "x""#),
            (35, [0, 1, 0, 2, 1, 0x75, 0, 0, 0], #"1 2 "u" "" "" ."#), (256, [0, 1, 0, 2, 0x61], #"1 2 "a""#),
            (
                65, [0, 1, 0, 0, 1, 0, 6, 2, 0x68, 0x32, 2, 0x68, 0x33, 0, 3, 0, 2, 1, 0xbb],
                #"1 . alpn="h2,h3" port="443""#
            ),
            (
                64, [0, 1, 0, 0, 2, 0, 0, 0, 4, 0, 4, 1, 2, 3, 4, 0, 5, 0, 1, 0xff],
                #"1 . no-default-alpn ipv4hint="1.2.3.4" ech="/w==""#
            ),
            (64, [0, 0, 0xc0, 12], "0 example.org"), (64, [0, 1, 0, 0, 0, 0, 2, 0, 3], #"1 . mandatory="port""#),
        ] as [(Int, [UInt8], String)])
    func data(type: Int, bytes: [UInt8], text: String) {
        let message = DNSMessage(DNSBytes.answer(1, "example.org", type: type, [DNSBytes.record(type, bytes)]))
        #expect(message.problem == nil)
        #expect(message.answers.first?.data == text)
    }

    @Test(
        "malformed data is told, and the records after it are read",
        arguments: [
            (1, [1, 2, 3]), (1, [1, 2, 3, 4, 5]), (28, [1]), (5, []), (5, [1, 0x61]), (16, []), (16, [9, 1]),
            (15, [0]), (6, [0, 0, 1]), (65, [0, 1, 0, 0, 3, 0, 1, 1]), (65, [0, 1, 0, 0, 3, 0, 2, 0, 1, 0, 1, 0, 0]),
            (65, [0, 1, 0, 0, 1, 0, 3, 9, 0x68, 0x32]), (65, [0, 1, 0, 0, 4, 0, 3, 1, 2, 3]),
            (65, [0, 1, 0, 0, 4, 0, 9]),
            (257, [0, 9, 1]), (43, [0, 1, 2]),
        ] as [(Int, [UInt8])])
    func malformed(type: Int, bytes: [UInt8]) {
        let records = [DNSBytes.record(type, bytes), DNSBytes.record(1, [192, 0, 2, 1])]
        let message = DNSMessage(DNSBytes.answer(1, "example.org", type: type, records))
        #expect(message.problem == .data(DNSType(UInt16(type))))
        #expect(message.answers.map(\.data) == [nil, "192.0.2.1"])
    }

    @Test("names in data may not leave it")
    func bounds() {
        // The name's label is the next record's.
        let message = DNSMessage(DNSBytes.answer(1, "a", type: 5, [DNSBytes.record(5, [1]) + [0x61, 0]]))
        #expect(message.problem == .data(DNSType(5)))
    }

    @Test("header, flags, counts and EDNS are read")
    func header() {
        let options = DNSBytes.record(41, [], name: [0], class: 1232, lifetime: 0x0100_8000)
        let message = DNSMessage(DNSBytes.answer(0xabcd, "example.org", code: 3, more: options))
        #expect(message.id == 0xabcd && message.isResponse && message.operation == 0)
        #expect(message.responseCode == 19 && message.wantsSignatures && message.problem == nil)
        #expect(message.questions == [DNSMessage.Question(name: "example.org", type: .a, classNumber: 1)])
        let twice = DNSMessage(DNSBytes.header(1, flags: 0, 0, 0, 0, 2) + options + options)
        #expect(twice.problem == .options)
    }

    @Test("a message that is too short is malformed, unless the capture cut it: what was read stands")
    func short() {
        let whole = DNSBytes.answer(1, "example.org", [DNSBytes.record(1, [192, 0, 2, 1])])
        for count in 0..<whole.count {
            let message = DNSMessage(Array(whole.prefix(count)))
            #expect(message.problem == (count < 12 ? .noHeader : .ends(count < 29 ? .question : .answer)))
            #expect(message.hasHeader == (count >= 12) && !message.isIncomplete)
            let cut = DNSMessage(Array(whole.prefix(count)), isCut: true)
            #expect(cut.problem == nil && cut.isIncomplete)
            #expect(cut.questions.first?.name == (count < 25 ? nil : "example.org"))
        }
        #expect(DNSMessage(whole).problem == nil)
        #expect(DNSMessage(DNSBytes.header(1, flags: 0, 0xffff, 0xffff, 0xffff, 0xffff)).problem == .ends(.question))
    }

    @Test("an update may name records without data")
    func update() {
        let bytes = DNSBytes.header(1, flags: 5 << 11, 1, 1) + DNSBytes.name("a") + DNSBytes.word(6) + DNSBytes.word(1)
        #expect(DNSMessage(bytes + DNSBytes.record(1, [], class: 255)).problem == nil)
    }

    @Test("what is kept of a large message has a limit")
    func limits() {
        let text = [255] + [UInt8](repeating: 0x61, count: 255)
        let records = (0..<200).map { _ in DNSBytes.record(16, text + text + text + text + text) }
        let message = DNSMessage(DNSBytes.answer(1, "a", type: 16, records))
        #expect(message.problem == nil && message.answerCount == 200)
        #expect(message.answers.count <= 17 && message.answers.allSatisfy { $0.data?.utf8.count == 1027 })
        let many = DNSMessage(DNSBytes.answer(1, "a", (0..<200).map { _ in DNSBytes.record(1, [1, 2, 3, 4]) }))
        #expect(many.answers.count == DNSMessage.answerLimit)
    }

    @Test("changed bytes never crash it, and what comes out is bounded")
    func mutations() {
        let options = DNSBytes.record(41, [], name: [0])
        let good = DNSBytes.answer(
            1, "example.org", type: 65,
            [
                DNSBytes.record(5, DNSBytes.name("a.b")), DNSBytes.record(65, [0, 1, 0, 0, 1, 0, 3, 2, 0x68, 0x32]),
                DNSBytes.record(16, [3, 1, 2, 3]),
            ], more: options)
        var generator = SeededGenerator(seed: 6)
        for _ in 0..<20_000 {
            var bytes = good
            for _ in 0...Int.random(in: 0..<4, using: &generator) {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            let message = DNSMessage(Array(bytes.prefix(.random(in: 0...bytes.count, using: &generator))))
            #expect(message.questions.count <= DNSMessage.questionLimit)
        }
    }
}
