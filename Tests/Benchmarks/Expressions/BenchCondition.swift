import ExhaustCore

/// A condition as a rule has it, and as one would write it in Swift.
struct BenchCondition: Sendable {
    let text: String
    let swift: @Sendable (Event) -> Bool

    private static let names: Set<String> = ["root", "admin", "postgres", "www-data", "backup", "git"]

    static let all: [BenchCondition] = [
        BenchCondition(text: #"data["process.executable.name"] == "nginx""#) {
            $0.data["process.executable.name"]?.string == "nginx"
        },
        BenchCondition(text: #"data["process.executable.name"] == "nginx" && data["process.exit.code"] != 0"#) {
            $0.data["process.executable.name"]?.string == "nginx" && $0.data["process.exit.code"]?.int != 0
        },
        BenchCondition(text: #"type == "exhaust.syslog" && data["log.syslog.severity.code"] <= 3"#) {
            $0.type == .syslog && ($0.data["log.syslog.severity.code"]?.int ?? .max) <= 3
        },
        BenchCondition(text: #"data["user.name"] in ["root", "admin", "postgres", "www-data", "backup", "git"]"#) {
            $0.data["user.name"]?.string.map(names.contains) ?? false
        },
        BenchCondition(text: #"data.message.contains("Failed password") && data["log.syslog.appname"] == "sshd""#) {
            ($0.data["message"]?.string?.contains("Failed password") ?? false)
                && $0.data["log.syslog.appname"]?.string == "sshd"
        },
        BenchCondition(text: #"data["process.command_line"].startsWith("curl ") || data.message.endsWith("refused")"#) {
            ($0.data["process.command_line"]?.string?.hasPrefix("curl ") ?? false)
                || ($0.data["message"]?.string?.hasSuffix("refused") ?? false)
        },
        BenchCondition(text: #"data["system.filesystem.utilization"] > 0.9"#) {
            ($0.data["system.filesystem.utilization"]?.number ?? 0) > 0.9
        },
        BenchCondition(text: #"!has(data.user) && host in ["web-01", "web-02"]"#) {
            $0.data["user"] == nil && ["web-01", "web-02"].contains($0.host.description)
        },
    ]
}
