import ExhaustCore
import ExhaustRuntime

/// One record of /dev/kmsg (kernel: Documentation/ABI/testing/dev-kmsg):
/// `priority,sequence,microseconds,flags[,more];text`, then lines that begin with a space: `KEY=value`.
struct KernelRecord {
    /// Facility times eight plus severity.
    var priority: Int
    var sequence: UInt64
    /// Since the boot, on the clock that stands still while the machine sleeps.
    var microseconds: Int64
    /// Whether it is a part of a line, the rest of which came before or comes behind.
    var isFragment: Bool
    /// The text with escapes decoded, which may be any bytes.
    var text: [UInt8]
    /// What the lines behind it say, such as SUBSYSTEM and DEVICE.
    var dictionary: [(key: String, value: String)]

    /// Reads a record; `nil` if its header is not as it should be.
    init?(_ bytes: some Collection<UInt8>) {
        var lines = bytes.split(separator: 10, omittingEmptySubsequences: false)[...]
        guard let first = lines.popFirst(), let end = first.firstIndex(of: UInt8(ascii: ";")) else { return nil }
        let header = first[..<end].split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        guard header.count >= 4, let priority = Self.number(header[0]), priority >= 0,
            let sequence = Self.number(header[1]), sequence >= 0, let microseconds = Self.number(header[2])
        else { return nil }
        self.priority = Int(priority)
        self.sequence = UInt64(sequence)
        self.microseconds = microseconds
        isFragment = header[3].contains { $0 == UInt8(ascii: "c") || $0 == UInt8(ascii: "+") }
        text = Self.decode(first[first.index(after: end)...])
        dictionary = lines.compactMap { line in
            guard line.first == UInt8(ascii: " "), let equals = line.firstIndex(of: UInt8(ascii: "=")) else {
                return nil
            }
            let key = String(decoding: line[line.index(after: line.startIndex)..<equals], as: UTF8.self)
            return (key, String(decoding: Self.decode(line[line.index(after: equals)...]), as: UTF8.self))
        }
    }

    private static func number(_ text: some Collection<UInt8>) -> Int64? {
        Int64(String(decoding: text, as: UTF8.self))
    }

    /// The kernel writes control characters, bytes above 126 and backslashes as `\x` and two hexadecimal digits.
    private static func decode(_ text: some Collection<UInt8>) -> [UInt8] {
        var (decoded, rest) = ([UInt8](), Array(text)[...])
        decoded.reserveCapacity(rest.count)
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\"), rest.count >= 3, rest.first == UInt8(ascii: "x"),
                let code = UInt8(String(decoding: rest.dropFirst().prefix(2), as: UTF8.self), radix: 16)
            {
                decoded.append(code)
                rest = rest.dropFirst(3)
            } else {
                decoded.append(byte)
            }
        }
        return decoded
    }
}

extension KernelRecord {
    /// The telemetry; `started` is when the clock of `microseconds` was at zero.
    func telemetry(started: Timestamp, boot: String, received: Timestamp, limit: Int) -> TelemetryRecord {
        var frame = Frame(bytes: Array(text.prefix(limit)), length: text.count)
        if frame.isTruncated { frame.endAtCharacter() }
        var record = PlainText.record(frame, format: "kmsg", received: received)
        record.time = started + .microseconds(microseconds)
        if let priority = Priority(priority) {
            PlainText.add(priority, to: &record)
            if priority.facility == 0 { record.data["log.syslog.appname"] = "kernel" }
        }
        record.data["exhaust.kmsg.sequence"] = .int(Int64(clamping: sequence))
        record.data["exhaust.kmsg.monotonic_us"] = .int(microseconds)
        if isFragment { record.data["exhaust.kmsg.fragment"] = true }
        if !dictionary.isEmpty {
            record.data["exhaust.kmsg.dictionary"] = .map(ValueMap(dictionary.map { ($0.key, .string($0.value)) }))
        }
        record.data["exhaust.boot.id"] = .string(boot)
        return record
    }
}
