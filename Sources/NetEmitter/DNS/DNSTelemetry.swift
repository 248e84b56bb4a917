import ExhaustCore
import ExhaustRuntime

/// How a query ended.
enum DNSState: String {
    case answered
    /// No answer came in time, or before the capture ended.
    case unanswered
    /// More queries waited than may; this was the oldest.
    case evicted
    /// An answer to no query that was seen.
    case unasked
    /// A message that nothing is matched with: multicast DNS, LLMNR, and what has no header.
    case unpaired
}

/// What is known of a query, its answer, or both.
struct DNSExchange {
    var endpoints: Endpoints
    var kind: DNSKind
    var state: DNSState
    var query: DNSMessage?
    var answer: DNSMessage?
    /// When the query came, the first time.
    var started: Timestamp?
    /// How often it was repeated.
    var retransmissions = 0

    /// The event that tells of it, as of `time`. docs/schemas/exhaust.net.dns.json has the fields.
    func record(at time: Timestamp, _ communityID: CommunityID) -> TelemetryRecord {
        var data = endpoints.fields(communityID)
        data["network.protocol.name"] = .string(kind.rawValue)
        if let message = answer ?? query, message.hasHeader { add(message, to: &data) }
        data["exhaust.net.dns.state"] = .string(state.rawValue)
        data["exhaust.net.dns.query_bytes"] = query.map { .int(Int64($0.length)) }
        data["exhaust.net.dns.answer_bytes"] = answer.map { .int(Int64($0.length)) }
        data["event.start"] = started.map { .string($0.description) }
        if state == .answered, let started, time >= started {
            data["exhaust.net.dns.latency_seconds"] = .double((time - started).inSeconds)
        }
        if retransmissions > 0 { data["exhaust.net.dns.retransmissions"] = .int(Int64(retransmissions)) }
        let problems = [query?.problem.map { "query: \($0)" }, answer?.problem.map { "answer: \($0)" }]
        let problem = problems.compactMap(\.self).joined(separator: "; ")
        if !problem.isEmpty { data["exhaust.net.dns.problem"] = .string(problem) }
        if query?.isIncomplete == true || answer?.isIncomplete == true { data["exhaust.net.dns.incomplete"] = true }
        return TelemetryRecord(type: .netDNS, time: time, data: data)
    }

    private func add(_ message: DNSMessage, to data: inout ValueMap) {
        data["dns.type"] = .string(message.isResponse ? "answer" : "query")
        data["dns.id"] = .string(String(message.id))
        data["dns.op_code"] = .string(DNSCode.name(ofOperation: message.operation))
        data["dns.header_flags"] = .list(headerFlags(of: message))
        let questions = query.map(\.questions) ?? message.questions
        if let question = questions.first {
            for field in fields(of: question) { data["dns.question.\(field.key)"] = field.value }
        }
        if questions.count > 1 {
            data["exhaust.net.dns.questions"] = .list(questions.map { .map(ValueMap(unique: fields(of: $0))) })
        }
        guard message.isResponse else { return }
        data["dns.response_code"] = .string(DNSCode.name(ofResponse: message.responseCode))
        data["dns.answers_count"] = .int(Int64(message.answerCount))
        data["dns.authorities_count"] = .int(Int64(message.authorityCount))
        data["dns.additionals_count"] = .int(Int64(message.additionalCount))
        data["dns.answers"] = .list(message.answers.map { .map(fields(of: $0)) })
        let addresses = message.answers.filter { $0.type == .a || $0.type == .aaaa }.compactMap(\.data)
        if !addresses.isEmpty { data["dns.resolved_ip"] = .list(addresses.map { .string($0) }) }
    }

    /// The names of the flags that are set. Those of LLMNR are others.
    private func headerFlags(of message: DNSMessage) -> [Value] {
        var flags: [(bit: UInt16, name: String)] = [(0x0200, "TC")]
        if kind != .llmnr {
            flags = [(0x0400, "AA"), (0x0200, "TC"), (0x0100, "RD"), (0x0080, "RA"), (0x20, "AD"), (0x10, "CD")]
        }
        var names = flags.filter { message.flags & $0.bit != 0 }.map(\.name)
        if message.wantsSignatures { names.append("DO") }
        return names.map { .string($0) }
    }

    private func fields(of question: DNSMessage.Question) -> [ValueMap.Entry] {
        [
            ("name", .string(question.name)), ("type", .string(question.type.description)),
            ("class", .string(className(question.classNumber))),
        ]
    }

    private func fields(of answer: DNSMessage.Answer) -> ValueMap {
        var fields: [ValueMap.Entry] = [
            ("name", .string(answer.name)), ("type", .string(answer.type.description)),
            ("class", .string(className(answer.classNumber))), ("ttl", .int(Int64(answer.lifetime))),
        ]
        if let data = answer.data { fields.append(("data", .string(data))) }
        return ValueMap(unique: fields)
    }

    /// Multicast DNS keeps a flag in the upper bit of the class (RFC 6762 sections 5.4 and 10.2).
    private func className(_ number: UInt16) -> String {
        DNSCode.name(ofClass: kind == .mdns ? number & 0x7fff : number)
    }
}
