import ExhaustCore

/// A stream that serves a log source, with the views of its events: a rule holds if it does in one of them.
struct SigmaFeed: Sendable {
    let stream: EventType
    let views: [SigmaView]
    /// What tells facts of one rule apart on a host, as keys of the data.
    let key: [String]
    /// The key of the data that shows people what happened.
    let detail: String
    /// What is there in place of fields that rules ask for, and the stream has not.
    var nearest: [String: String] = [:]
}

/// Why a log source has no feed, or the feeds that it has.
enum SigmaTaxonomy {
    /// The feeds of a log source, the best first; or why there is none.
    static func feeds(for source: SigmaRule.Logsource) throws(SigmaRule.Unsupported) -> [SigmaFeed] {
        if let product = source.product, product != "linux" {
            throw .init(reason: "it is about \(product); the streams are Linux's")
        }
        if let category = source.category {
            if let feeds = categories[category] { return feeds }
            throw .init(reason: missingCategories[category] ?? "no stream has what the category '\(category)' is about")
        }
        if source.service == "auditd" { return [SigmaFeed.auditd] }
        let views = source.service.map { Self.services[$0] ?? SigmaView(shows: .program($0), keywords: .message) }
        return [SigmaFeed.syslog(views ?? SigmaView(keywords: .message))]
    }

    private static let categories: [String: [SigmaFeed]] = [
        "process_creation": [.processes],
        "network_connection": [.flows, .handshakes],
        "dns_query": [.lookups],
        "dns": [.lookups],
    ]

    private static let missingCategories = [
        "file_event": "it needs TargetFilename: no stream tells of files that are written; the nearest is the command "
            + "line in exhaust.cli"
    ]

    /// Programs are known by the tag of their messages.
    private static let services: [String: SigmaView] = [
        "syslog": SigmaView(keywords: .message),
        "auth": SigmaView(
            shows: .messages(
                programs: ["sshd", "sshd-session", "sudo", "su", "login", "pkexec", "polkitd", "useradd", "groupadd"],
                facilities: ["auth", "authpriv", "security"], files: ["/auth.log", "/secure"]), keywords: .message),
        "sshd": SigmaView(shows: .program("sshd", "sshd-session", "sshd-auth"), keywords: .message),
        "cron": SigmaView(
            shows: .messages(
                programs: ["cron", "crond", "crontab", "anacron"], facilities: ["cron"], files: ["/cron", "/cron.log"]),
            keywords: .message),
        "sudo": SigmaView(
            shows: .program("sudo"),
            fields: Dictionary(uniqueKeysWithValues: ["TTY", "PWD", "USER", "COMMAND"].map { ($0, .sudo($0 + "=")) }),
            keywords: .message),
        "clamav": SigmaView(
            shows: .messages(
                programs: ["clamd", "clamav", "clamscan", "clamdscan", "clamav-daemon", "clamonacc", "freshclam"],
                facilities: [], files: ["/clamav.log", "/clamd.log", "/freshclam.log"]), keywords: .message),
        "vsftpd": SigmaView(
            shows: .messages(programs: ["vsftpd"], facilities: [], files: ["/vsftpd.log"]), keywords: .message),
        "guacamole": SigmaView(shows: .program("guacd", "guacamole"), keywords: .message),
    ]
}

extension SigmaView.Guard {
    /// Messages of these programs.
    static func program(_ names: String...) -> Self { .messages(programs: Set(names), facilities: [], files: []) }
}
