/// What a DNS message says (RFC 1035 section 4), as far as it can be read.
package struct DNSMessage {
    /// What is asked for.
    package struct Question: Hashable {
        package var name: String
        package var type: DNSType
        package var classNumber: UInt16
    }

    /// A record of the answer section.
    package struct Answer {
        package var name: String
        package var type: DNSType
        package var classNumber: UInt16
        package var lifetime: UInt32
        /// Its data as zone files write it, of the types that are known here.
        package var data: String?
    }

    /// The most questions and answers that are read, and bytes of text of answers; the counts tell of all.
    static let questionLimit = 16
    static let answerLimit = 64
    static let answerTextLimit = 16_384

    /// Whether there was a header, without which it says nothing.
    package private(set) var hasHeader = false
    package private(set) var id: UInt16 = 0
    package private(set) var flags: UInt16 = 0
    package private(set) var questionCount = 0
    package private(set) var answerCount = 0
    package private(set) var authorityCount = 0
    package private(set) var additionalCount = 0
    package private(set) var questions: [Question] = []
    package private(set) var answers: [Answer] = []
    /// Of EDNS (RFC 6891): the upper bits of the response code, and the bit that asks for signatures.
    package private(set) var extendedCode: UInt8 = 0
    package private(set) var wantsSignatures = false
    /// The first thing that is wrong with it; nil if nothing is.
    package private(set) var problem: DNSProblem?
    /// The capture ends before the message does, so that some of it is missing here.
    package private(set) var isIncomplete = false
    /// Its length in bytes, whether captured or not.
    package let length: Int
    private var hasOptions = false
    private var answerText = 0

    package var isResponse: Bool { flags & 0x8000 != 0 }
    package var operation: UInt8 { UInt8(truncatingIfNeeded: flags >> 11 & 15) }
    package var responseCode: UInt16 { UInt16(extendedCode) << 4 | flags & 15 }

    /// Reads the message whose captured part is `bytes`. It never fails: what is wrong is in `problem`.
    ///
    /// - Parameter isCut: that there may be more of it than was captured.
    package init(_ bytes: FrameBytes, length: Int, isCut: Bool = false) {
        self.length = max(length, bytes.count)
        do throws(DNSProblem) {
            try read(bytes)
        } catch {
            switch error {
            case .noHeader where isCut, .ends where isCut: isIncomplete = true
            default: problem = problem ?? error
            }
        }
    }
}

extension DNSMessage {
    private mutating func read(_ bytes: FrameBytes) throws(DNSProblem) {
        guard let id = bytes.uint16(0), let flags = bytes.uint16(2), let questions = bytes.uint16(4),
            let answers = bytes.uint16(6), let authorities = bytes.uint16(8), let additionals = bytes.uint16(10)
        else { throw .noHeader }
        (hasHeader, self.id, self.flags) = (true, id, flags)
        (questionCount, answerCount) = (Int(questions), Int(answers))
        (authorityCount, additionalCount) = (Int(authorities), Int(additionals))
        var offset = 12
        for _ in 0..<questionCount { try readQuestion(bytes, &offset) }
        for _ in 0..<answerCount { try readRecord(bytes, &offset, in: .answer) }
        for _ in 0..<authorityCount { try readRecord(bytes, &offset, in: .authority) }
        for _ in 0..<additionalCount { try readRecord(bytes, &offset, in: .additional) }
    }

    private mutating func readQuestion(_ bytes: FrameBytes, _ offset: inout Int) throws(DNSProblem) {
        let name = try DNSName.read(bytes, at: offset, in: .question)
        guard let type = bytes.uint16(name.end), let classNumber = bytes.uint16(name.end + 2) else {
            // The name alone is worth telling.
            questions.append(Question(name: name.text, type: DNSType(0), classNumber: 0))
            throw .ends(.question)
        }
        offset = name.end + 4
        guard questions.count < Self.questionLimit else { return }
        questions.append(Question(name: name.text, type: DNSType(type), classNumber: classNumber))
    }

    private mutating func readRecord(
        _ bytes: FrameBytes, _ offset: inout Int, in section: DNSSection
    ) throws(DNSProblem) {
        let start = offset
        let end = try DNSName.end(bytes, at: start, in: section)
        guard let type = bytes.uint16(end), let classNumber = bytes.uint16(end + 2),
            let lifetime = bytes.uint32(end + 4), let length = bytes.uint16(end + 8)
        else { throw .ends(section) }
        offset = end + 10 + Int(length)
        let isWhole = offset <= bytes.count
        if section == .answer, answers.count < Self.answerLimit, answerText < Self.answerTextLimit {
            let name = try DNSName.read(bytes, at: start, in: section).text
            var answer = Answer(name: name, type: DNSType(type), classNumber: classNumber, lifetime: lifetime)
            // An update may name a record without its data (RFC 2136 section 2.4).
            let isNamed = operation == 5 && length == 0
            if isWhole, !isNamed { answer.data = readData(bytes, end + 10, Int(length), DNSType(type)) }
            answerText += name.utf8.count + (answer.data?.utf8.count ?? 0)
            answers.append(answer)
        } else if section == .additional, DNSType(type) == .opt {
            if hasOptions { problem = problem ?? .options }
            hasOptions = true
            extendedCode = UInt8(truncatingIfNeeded: lifetime >> 24)
            wantsSignatures = lifetime & 0x8000 != 0
        }
        guard isWhole else { throw .ends(section) }
    }

    /// The data's text. Data that is malformed has none, and is told as a problem; the records after it can be read.
    private mutating func readData(_ bytes: FrameBytes, _ start: Int, _ length: Int, _ type: DNSType) -> String? {
        var reader = DNSData(message: bytes, start: start, length: length)
        do throws(DNSProblem) {
            return try reader.text(of: type)
        } catch {
            switch error {
            case .ends, .data: problem = problem ?? .data(type)
            default: problem = problem ?? error
            }
            return nil
        }
    }
}
