import ExhaustCore

@testable import Analyzer

/// Turns a row of a rule's fields into the event that our emitters make of the same happening.
struct SigmaEventMaker {
    /// A row as the oracle is to see it, keywords under the empty name, and the event.
    struct Pair {
        let row: [String: String]
        let data: ValueMap
    }

    let logsource: SigmaRule.Logsource
    let stream: EventType
    /// Whether a rule can do with the name of a parent's file, which is all that the stream has.
    let knowsParent: Bool

    /// `nil` where no event can be like that row.
    func pair(_ row: [String: String]) -> Pair? {
        switch (stream, logsource.service) {
        case (.cli, "auditd"?): audit(row)
        case (.cli, _): process(row)
        case (.syslog, _): message(row)
        case (.netFlow, _), (.netTLS, _): connection(row)
        case (.netDNS, _): plain(row, ["QueryName": "dns.question.name", "record_type": "dns.question.type"])
        default: nil
        }
    }

    private func plain(_ row: [String: String], _ keys: [String: String], _ numbers: Set<String> = []) -> Pair? {
        var data: ValueMap = [:]
        for (field, text) in row {
            guard let key = keys[field] else { return nil }
            guard numbers.contains(field) else {
                data[key] = .string(text)
                continue
            }
            guard let number = Int64(text), String(number) == text else { return nil }
            data[key] = .int(number)
        }
        return Pair(row: row, data: data)
    }

    private func process(_ row: [String: String]) -> Pair? {
        var row = row
        let parent = row.removeValue(forKey: "ParentImage")
        let keys = [
            "Image": "process.executable.path", "CommandLine": "process.command_line", "User": "process.user.name",
            "LogonId": "process.real_user.id", "CurrentDirectory": "process.working_directory",
            "ProcessId": "process.pid",
        ]
        guard let made = plain(row, keys, ["LogonId", "ProcessId"]) else { return nil }
        guard var parent else { return made }
        guard knowsParent else { return nil }
        if !parent.hasPrefix("/") { parent = "/" + parent }
        // The streams have a file's name, which has no slash and is not empty.
        guard let name = parent.split(separator: "/", omittingEmptySubsequences: false).last,
            !name.isEmpty
        else { return nil }
        var data = made.data
        data["exhaust.cli.ancestors"] = [["process.pid": 7, "process.executable.name": .string(String(name))]]
        row["ParentImage"] = parent
        return Pair(row: row, data: data)
    }

    /// A record of an execve: its arguments, or the call.
    private func audit(_ row: [String: String]) -> Pair? {
        switch row["type"]?.uppercased() {
        case "EXECVE", nil: return execve(row)
        case "SYSCALL":
            let keys = [
                "exe": "process.executable.path", "comm": "process.executable.name", "uid": "process.real_user.id",
                "euid": "process.user.id",
            ]
            var fields = row
            fields["type"] = nil
            // Other calls are not told of.
            if let call = fields.removeValue(forKey: "SYSCALL"), call.lowercased() != "execve" { return nil }
            var row = row
            row["SYSCALL"] = "execve"
            row["exe"] = row["exe"] ?? "/opt/q"
            fields["exe"] = row["exe"]
            guard let made = plain(fields, keys, ["uid", "euid"]) else { return nil }
            return Pair(row: row, data: made.data)
        default: return nil
        }
    }

    private func execve(_ row: [String: String]) -> Pair? {
        var arguments: [String] = []
        for (field, text) in row where field != "type" && !field.isEmpty {
            guard field.hasPrefix("a"), let place = Int(field.dropFirst()) else { return nil }
            while arguments.count <= place { arguments.append("q") }
            arguments[place] = text
        }
        if let keywords = row[""] { arguments += keywords.split(separator: " ").map(String.init) }
        guard !arguments.isEmpty else { return nil }
        var full = ["type": row["type"] ?? "EXECVE", "": arguments.joined(separator: " ")]
        for (place, text) in arguments.enumerated() { full["a\(place)"] = text }
        let data: ValueMap = [
            "process.command_args": .list(arguments.map { .string($0) }),
            "process.command_line": .string(full[""] ?? ""),
        ]
        return Pair(row: full, data: data)
    }

    private func connection(_ row: [String: String]) -> Pair? {
        var fields = row
        var direction: Value? = "external"
        switch (stream, fields.removeValue(forKey: "Initiated")) {
        case (.netFlow, "true"?): direction = "egress"
        case (.netFlow, "false"?): direction = "ingress"
        case (.netFlow, nil): break
        case (_, "true"?), (_, nil): direction = nil
        default: return nil
        }
        let keys = [
            "Image": "process.executable.path", "DestinationIp": "destination.ip",
            "DestinationPort": "destination.port", "DestinationHostname": "tls.client.server_name",
        ]
        guard let made = plain(fields, keys, ["DestinationPort"]) else { return nil }
        // An address is one; pySigma compares text, which may begin like it.
        if let address = fields["DestinationIp"], SigmaNetwork(address) == nil { return nil }
        var data = made.data
        data["network.direction"] = direction
        var row = row
        if stream == .netTLS { row["Initiated"] = "true" }
        return Pair(row: row, data: data)
    }

    private func message(_ row: [String: String]) -> Pair? {
        let program = logsource.service.flatMap { ["auth": "pkexec", "syslog": "app"][$0] ?? $0 } ?? "app"
        var text = row[""] ?? "q"
        if let user = row["USER"] {
            guard !user.contains(";") else { return nil }
            text = "q : TTY=pts/0 ; PWD=/q ; USER=\(user) ; COMMAND=/bin/q"
        }
        var full = row
        full[""] = "\(program) \(text)"
        return Pair(row: full, data: ["message": .string(text), "log.syslog.appname": .string(program)])
    }
}
