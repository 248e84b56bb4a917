import ExhaustCore

/// What a rule looks at: an event, or one of the processes that a command in it ran.
struct SigmaScope {
    static let processes = "exhaust.cli.processes"

    let data: ValueMap
    /// One of `exhaust.cli.processes`; without it the event itself is the process.
    var process: ValueMap?

    /// The value of a field; `nil` if it has none here.
    func value(of source: SigmaSource) -> Value? {
        switch source {
        case .data(let key): data[key]
        case .process(let key): (process ?? data)[key]
        case .commandLine: commandLine
        case .argument(let place): arguments.flatMap { place < $0.count ? $0[place] : nil }
        case .parentImage: parentName.map { .string("/" + $0) }
        case .initiated: initiated
        case .sudo(let name): data["message"]?.string.flatMap { Self.part(name, of: $0) }.map { .string($0) }
        }
    }

    private var arguments: [Value]? { (process ?? data)["process.command_args"]?.list }

    /// Of a process in the list it is made of the arguments, as the emitter does for one that stands alone.
    private var commandLine: Value? {
        guard process != nil else { return data["process.command_line"] }
        return arguments.map { .string($0.lazy.compactMap(\.string).joined(separator: " ")) }
    }

    private var parentName: String? {
        let name = "process.executable.name"
        guard let shell = data["exhaust.cli.shell.name"]?.string else {
            return data["exhaust.cli.ancestors"]?.list?.first?[name]?.string
        }
        guard let parent = (process ?? data)["process.parent_pid"], parent != data["exhaust.cli.shell.pid"] else {
            return shell
        }
        return data[Self.processes]?.list?.first { $0["process.pid"] == parent }?[name]?.string
    }

    private var initiated: Value? {
        switch data["network.direction"]?.string {
        case "egress", "internal": "true"
        case "ingress": "false"
        default: nil
        }
    }

    /// Sudo writes `who : TTY=… ; PWD=… ; USER=… ; COMMAND=…`; the command goes on to the end.
    private static func part(_ name: String, of message: String) -> String? {
        var start = message.startIndex
        while let range = message[start...].firstRange(of: name) {
            let before = message[..<range.lowerBound]
            if before.isEmpty || before.hasSuffix("; ") || before.hasSuffix(": ") {
                let rest = message[range.upperBound...]
                return String(
                    name == "COMMAND=" ? rest : rest.firstRange(of: " ;").map { rest[..<$0.lowerBound] } ?? rest)
            }
            start = range.upperBound
        }
        return nil
    }
}
