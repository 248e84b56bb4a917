/// The little of D-Bus that asking for systemd's units takes (D-Bus Specification 0.43, "Message Protocol").
package enum BusMessage {
    /// A call of a method without arguments.
    struct Call {
        var destination: String
        var path: String
        var interface: String
        var member: String
    }

    /// An answer to a call, or anything else that comes along.
    package struct Answer: Sendable, Hashable {
        /// The number of the call that it answers; `nil` for a signal.
        package var serial: UInt32?
        /// The name of the error, if it is one.
        package var error: String?
        package var body: ArraySlice<UInt8>
    }

    /// What introduces user `userID`, who is known by what the kernel says of us, and ends the introduction. Messages
    /// come after the answer, a line that begins with `OK`: systemd's own socket would not notice ones that come with
    /// it.
    static func greeting(userID: UInt32) -> [UInt8] {
        let digits = "\(userID)".utf8.map { String($0, radix: 16) }.joined()
        return Array("\0AUTH EXTERNAL \(digits)\r\nBEGIN\r\n".utf8)
    }

    /// The bytes of a call; `serial` numbers it.
    static func bytes(of call: Call, serial: UInt32) -> [UInt8] {
        let fields = [
            (1, "o", call.path), (2, "s", call.interface), (3, "s", call.member), (6, "s", call.destination),
        ]
        var list: [UInt8] = []
        for (code, type, text) in fields {
            pad(&list, to: 8)
            list += [UInt8(code), 1] + Array(type.utf8) + [0]
            append(UInt32(text.utf8.count), to: &list)
            list += Array(text.utf8) + [0]
        }
        // Little endian, a call, which shall start no program, version 1, no body.
        var message: [UInt8] = [UInt8(ascii: "l"), 1, 2, 1]
        for number in [0, serial, UInt32(list.count)] { append(number, to: &message) }
        message += list
        pad(&message, to: 8)
        return message
    }

    /// How long the message is whose first 16 bytes are these; `nil` if they begin none, or one of more than `limit`
    /// bytes. All programs of a machine use its byte order.
    package static func length(_ head: ArraySlice<UInt8>, limit: Int) -> Int? {
        var head = BusReader(head)
        guard let order = head.byte(), order == UInt8(ascii: "l"), head.skip(2), head.byte() == 1,
            let body = head.number(), head.number() != nil, let fields = head.number(), body <= limit, fields <= limit
        else { return nil }
        let length = 16 + (Int(fields) + 7) / 8 * 8 + Int(body)
        return length <= limit ? length : nil
    }

    /// Reads a whole message; `nil` if it is none that can be understood.
    package static func answer(_ message: ArraySlice<UInt8>) -> Answer? {
        var reader = BusReader(message)
        guard reader.skip(12), let length = reader.number(), var fields = reader.part(Int(length)), reader.align(8)
        else { return nil }
        var answer = Answer(serial: nil, error: nil, body: reader.rest)
        while !fields.isAtEnd {
            guard fields.align(8), let code = fields.byte(), let type = fields.signature() else { return nil }
            switch type {
            case "u":
                guard let number = fields.number() else { return nil }
                if code == 5 { answer.serial = number }
            case "s", "o":
                guard let text = fields.text() else { return nil }
                if code == 4 { answer.error = text }
            case "g": guard fields.signature() != nil else { return nil }
            default: return nil
            }
        }
        return answer
    }

    private static func append(_ number: UInt32, to bytes: inout [UInt8]) {
        for shift in stride(from: 0, to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
    }

    private static func pad(_ bytes: inout [UInt8], to size: Int) {
        while bytes.count % size != 0 { bytes.append(0) }
    }
}
