import ExhaustCore
import Glibc
import Testing

@testable import SyslogEmitter

/// Telegraf's own cases for its syslog input (influxdata/telegraf, plugins/inputs/syslog/testcases, MIT), where they
/// are at hand: `EXHAUST_TEST_DATA` names the folder that has `syslog/telegraf`.
@Suite("Telegraf's syslog cases")
struct TelegrafTests {
    /// Where our answer differs on purpose; docs/emitters/syslog.md has the same list. Telegraf refuses these inputs,
    /// and here they come out, with a reason, since nothing is dropped.
    private static let refused: Set<String> = ["octet_counting_strict_tcp_1st_underflow_nok"]

    private static let names = [
        "appname": "log.syslog.appname", "hostname": "log.syslog.hostname", "procid": "log.syslog.procid",
        "msgid": "log.syslog.msgid", "message": "message", "severity": "log.syslog.severity.name",
        "facility": "log.syslog.facility.name", "severity_code": "log.syslog.severity.code",
        "facility_code": "log.syslog.facility.code", "version": "log.syslog.version", "timestamp": "time",
    ]

    @Test("Every input comes out, with the fields that Telegraf expects")
    func cases() throws {
        guard let root = getenv("EXHAUST_TEST_DATA").map({ String(cString: $0) }) else {
            print("skipped: EXHAUST_TEST_DATA is not set")
            return
        }
        let folder = "\(root)/syslog/telegraf"
        let cases = try Self.entries(of: folder).filter { access("\(folder)/\($0)/input.txt", R_OK) == 0 }
        #expect(cases.count >= 20)
        for name in cases {
            let input = try FileContent.read("\(folder)/\(name)/input.txt")
            let settings = String(decoding: try FileContent.read("\(folder)/\(name)/telegraf.conf"), as: UTF8.self)
            let isDatagram = settings.contains("\"udp") || settings.contains("\"unixgram")
            let frames = isDatagram ? [Frame(bytes: input)] : Fixtures.frames(input)
            #expect(!frames.isEmpty, "\(name) gives nothing")
            guard access("\(folder)/\(name)/expected.out", R_OK) == 0 else {
                #expect(Self.refused.contains(name), "\(name) has no expected.out")
                for frame in frames {
                    let record = Fixtures.maker.record(of: frame, from: Origin(), received: Fixtures.received)
                    #expect(record.data["exhaust.parse.error"] != nil, "\(name) has no reason")
                }
                continue
            }
            let lines = try FileContent.read("\(folder)/\(name)/expected.out").split(separator: 10)
            #expect(frames.count == lines.count, "\(name)")
            for (frame, line) in zip(frames, lines) {
                try compare(frame, with: InfluxLine(String(decoding: line, as: UTF8.self)), in: name)
            }
        }
    }

    private func compare(_ frame: Frame, with expected: InfluxLine, in name: String) throws {
        // The cases were written for a day in 2026 (their RFC 3164 stamps have no year) and for UTC.
        let record = Fixtures.maker.record(of: frame, from: Origin(), received: Fixtures.received)
        compare(record.data["log.syslog.structured_data"]?.map ?? [:], with: expected.fields, in: name)
        for (theirs, ours) in Self.names {
            let value: String? =
                switch record.data[ours] {
                case .string(let text)?: text
                case .int(let number)?: String(number)
                default: nil
                }
            let wanted = expected.fields[theirs]
            if ours == "time" {
                let claimed = record.data["exhaust.syslog.claimed_time"]?.string.flatMap(Timestamp.init(rfc3339:))
                let time = claimed ?? record.time
                let nanoseconds = time.seconds * 1_000_000_000 + Int64(time.nanoseconds)
                #expect(wanted == nil || Int64(wanted ?? "") == nanoseconds, "\(name): time")
            } else {
                #expect((value ?? "") == (wanted ?? ""), "\(name): \(theirs)")
            }
        }
    }

    /// Telegraf flattens structured data: `id_name=value`, and `id=true` for an element without parameters.
    private func compare(_ data: ValueMap, with fields: [String: String], in name: String) {
        var ours: [String: String] = [:]
        for (id, parameters) in data.entries {
            let parameters = parameters.map ?? [:]
            if parameters.isEmpty { ours[id] = "true" }
            for (key, value) in parameters.entries { ours["\(id)_\(key)"] = value.string }
        }
        // The source is the sender's address, which is no part of the input.
        #expect(ours == fields.filter { Self.names[$0.key] == nil && $0.key != "source" }, "\(name)")
    }

    private static func entries(of folder: String) throws -> [String] {
        guard let directory = opendir(folder) else {
            throw ExhaustError(.noInput, errno: errno, "cannot open the folder", at: folder)
        }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }
}

/// A line of InfluxDB's line protocol: `measurement,tag=value field="text",other=1i time`.
private struct InfluxLine {
    /// Tags and fields without quotes and type suffixes.
    private(set) var fields: [String: String] = [:]

    init(_ line: String) {
        var token = ""
        var key = ""
        var isQuoted = false
        var isEscaped = false
        var tokens: [(String, String)] = []
        for character in line {
            if isEscaped {
                token.append(character == "n" && isQuoted ? "\n" : character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == "\"" {
                isQuoted.toggle()
            } else if character == "=", !isQuoted, key.isEmpty {
                key = token
                token = ""
            } else if character == "," || character == " ", !isQuoted {
                tokens.append((key, token))
                key = ""
                token = ""
            } else {
                token.append(character)
            }
        }
        for (key, value) in tokens where !key.isEmpty {
            let isNumber = (value.hasSuffix("i") || value.hasSuffix("u")) && Int64(value.dropLast()) != nil
            fields[key] = isNumber ? String(value.dropLast()) : value
        }
    }
}
