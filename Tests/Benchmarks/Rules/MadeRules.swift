/// Rules of a kind that people write, as many as wanted, in Exhaust's words and, those for syslog, in SEC's.
struct MadeRules {
    private(set) var yaml = "version: 1\nrules:\n"
    private(set) var sec = ""
    private var count = 0

    /// Rules for syslog alone.
    static func syslog(_ count: Int) -> MadeRules {
        var rules = MadeRules()
        for number in 0..<count { rules.addSyslog(number) }
        return rules
    }

    /// Rules for all streams in the streams' own proportion.
    static func mixed(_ count: Int) -> MadeRules {
        var rules = MadeRules()
        for number in 0..<count {
            switch number % 20 {
            case 0..<12: rules.addSyslog(number / 20 * 12 + number % 20)
            case 12..<15: rules.add("exhaust.cli", #"data["process.command_line"].contains("tool-\#(number) --steal")"#)
            case 15..<17:
                rules.add(
                    "exhaust.acct",
                    #"data["process.command"] == "unit-\#(number)" && data["exhaust.exit.signal"] in [9, 11]"#)
            case 17..<19:
                rules.add(
                    "exhaust.net.flow",
                    #"data["destination.ip"] == "192.0.2.\#(number % 250)" && data["destination.port"] == \#(number)"#)
            default:
                rules.addRaw(
                    on: "exhaust.perf", where: nil,
                    #"detect: {threshold: {value: 'data["exhaust.process.count"]["daemon-\#(number)"]', below: 1}}"#)
            }
        }
        return rules
    }

    /// What the recorded lines have, so that some rules hold.
    private static let common = [
        "authentication failure", "check pass; user unknown", "Failed password for", "session opened for user",
        "Invalid user",
    ]

    private mutating func addSyslog(_ number: Int) {
        if number < Self.common.count {
            let text = Self.common[number]
            addRaw(
                on: "exhaust.syslog", where: #"data.message.contains("\#(text)")"#,
                "detect: {count: {above: 10, within: 60s}}")
            sec += "type=SingleWithThreshold\nptype=SubStr\npattern=\(text)\ndesc=made\(number)\naction=none\n"
            return sec += "thresh=11\nwindow=60\n\n"
        }
        let code = String(number, radix: 16)
        switch number % 3 {
        case 0:
            add("exhaust.syslog", #"data.message.contains("disk sd\#(code) is failing")"#)
            sec += "type=Single\nptype=SubStr\npattern=disk sd\(code) is failing\n"
        case 1:
            add("exhaust.syslog", #"data.message.matches("error 0x0*\#(code) in module [a-z]+\\[[0-9]+\\]")"#)
            sec += "type=Single\nptype=RegExp\npattern=error 0x0*\(code) in module [a-z]+\\[[0-9]+\\]\n"
        default:
            add(
                "exhaust.syslog",
                #"data["log.syslog.appname"] == "svc-\#(code)" && data.message.matches("(?i)panic|out of memory")"#)
            sec += "type=Single\nptype=RegExp\npattern=svc-\(code)(\\[\\d+\\])?: .*(?i:panic|out of memory)\n"
        }
        sec += "desc=made\(number)\naction=none\n\n"
    }

    private mutating func add(_ stream: String, _ condition: String) {
        addRaw(on: stream, where: condition, "ttl: 10m")
    }

    private mutating func addRaw(on stream: String, where condition: String?, _ rest: String) {
        count += 1
        yaml += "- fact: made-\(count)\n  on: \(stream)\n"
        if let condition { yaml += "  where: '\(condition)'\n" }
        yaml += "  reason: to be measured\n  \(rest)\n"
        if !rest.contains("ttl"), !rest.contains("threshold") { yaml += "  ttl: 10m\n" }
    }
}
