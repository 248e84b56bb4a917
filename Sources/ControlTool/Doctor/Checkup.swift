import ExhaustBroker
import ExhaustCore

/// What the doctor knows of a broker; its methods judge it, and ask nobody.
struct Checkup {
    let survey: BrokerSurvey
    /// What rabbitmqctl's `status` says, and `BrokerAdministration.settings`.
    let status: Value
    let settings: Value
    /// Messages by queue.
    let depths: [String: Int64]
    /// The time here before and after the broker was asked for its own.
    let asked: ClosedRange<Timestamp>
    /// Certificates by the file that they are in.
    let certificates: [String: Certificate]

    /// Everything that is wrong, the worst first.
    func findings() throws -> [Finding] {
        let topology = try survey.topology()
        let all =
            partitions() + declaration(topology) + users() + transport() + queues() + resources() + version()
            + clock() + expiry() + waiting()
        return all.filter { $0.severity == .critical } + all.filter { $0.severity == .warning }
    }

    private func partitions() -> [Finding] {
        guard Set(survey.partitions.values).count > 1 else { return [] }
        let counts = survey.partitions.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        return [
            Finding(
                .critical,
                "central roles have different numbers of partition queues: \(counts.joined(separator: ", "))",
                remedy: "exhaustctl topology diff shows which queues are missing or too many")
        ]
    }

    /// Differences from the declaration. RabbitMQ lets a login without a topic permission publish under every key.
    private func declaration(_ topology: Topology) -> [Finding] {
        survey.differences(from: topology).map { difference in
            let isOpen = [.login, .permission, .topicPermission].contains(difference.kind)
            var text = "\(difference)"
            if difference.kind == .topicPermission, case .missing = difference.change {
                text += ", so this login may publish and read there under every key"
            }
            return Finding(isOpen ? .critical : .warning, text, remedy: difference.remedy(vhost: survey.vhost))
        }
    }

    private func users() -> [Finding] {
        guard survey.definitions["users"]?.list?.contains(where: { $0["name"] == "guest" }) == true else { return [] }
        return [
            Finding(
                .critical, "the default user guest is there, an administrator with a known password",
                remedy: "rabbitmqctl delete_user guest")
        ]
    }

    /// Listeners without TLS that others can reach.
    private func transport() -> [Finding] {
        (status["listeners"]?.list ?? []).compactMap { listener in
            let (interface, port) = (listener["interface"]?.string ?? "?", listener["port"]?.int ?? 0)
            guard let name = listener["protocol"]?.string, ["amqp", "http", "stream", "mqtt", "stomp"].contains(name),
                !["127.0.0.1", "::1"].contains(interface)
            else { return nil }
            return Finding(
                .critical, "port \(port) on \(interface) takes \(name) without TLS",
                remedy: "listeners.tcp = none in rabbitmq.conf, as in deploy/rabbitmq/rabbitmq.conf")
        }
    }

    /// Queues of others: a queue of Exhaust's that lacks a limit is a difference from the declaration.
    private func queues() -> [Finding] {
        (survey.definitions["queues"]?.list ?? []).flatMap { queue -> [Finding] in
            guard queue["vhost"]?.string == survey.vhost, let name = queue["name"]?.string, !name.hasPrefix("exhaust.")
            else { return [] }
            let arguments = queue["arguments"]?.map ?? [:]
            var findings: [Finding] = []
            if arguments["x-max-length"] == nil, arguments["x-max-length-bytes"] == nil {
                findings.append(
                    Finding(
                        .warning,
                        "queue \(name) has no bound: it can fill the broker's disk, which blocks all publishers",
                        remedy: "declare it with x-max-length-bytes"))
            }
            if arguments["x-queue-type"] == "quorum", arguments["x-delivery-limit"] == nil {
                findings.append(
                    Finding(
                        .warning, "queue \(name) has no delivery limit: one bad message can come back for ever",
                        remedy: "declare it with x-delivery-limit"))
            }
            return findings
        }
    }

    private func resources() -> [Finding] {
        (status["alarms"]?.list ?? []).map { alarm in
            let resource = alarm["resource"]?.string ?? String(decoding: JSONWriter.bytes(of: alarm), as: UTF8.self)
            return Finding(
                .critical, "the broker is short of \(resource) and takes no messages",
                remedy: "give it \(resource), or empty queues")
        }
    }

    private func version() -> [Finding] {
        let text = status["rabbitmq_version"]?.string ?? "unknown"
        let numbers = text.split(separator: ".").prefix(2).compactMap { Int($0) }
        guard numbers.count == 2, (numbers[0], numbers[1]) >= (3, 10) else {
            return [
                Finding(
                    .warning, "RabbitMQ \(text) is older than any that Exhaust was tested with",
                    remedy: "3.10 or newer, as Debian 12 has it")
            ]
        }
        guard (numbers[0], numbers[1]) < (3, 12), settings["loads_definitions"] == true else { return [] }
        return [
            Finding(
                .warning, "RabbitMQ \(text) loads definitions at every start, upon which a stream may never run again",
                remedy: "take load_definitions out of rabbitmq.conf once they are loaded (pull request 7865)")
        ]
    }

    /// The expiry of tasks and certificates is judged by both clocks.
    private func clock() -> [Finding] {
        guard let now = settings["now"]?.int else { return [] }
        let there = Timestamp(seconds: 0, nanoseconds: 0) + .milliseconds(now)
        let skew = there < asked.lowerBound ? asked.lowerBound - there : max(.zero, there - asked.upperBound)
        guard skew > .seconds(2) else { return [] }
        let side = there < asked.lowerBound ? "behind" : "ahead"
        return [
            Finding(
                .warning, "the broker's clock is \(skew.components.seconds) s \(side) of the one here",
                remedy: "let both machines keep time by NTP")
        ]
    }

    private func expiry() -> [Finding] {
        certificates.sorted { $0.key < $1.key }.compactMap { file, certificate in
            let days = (certificate.expires - asked.upperBound).components.seconds / 86_400
            guard certificate.expires < asked.upperBound + .seconds(14 * 86_400) else { return nil }
            let isOver = certificate.expires <= asked.upperBound
            return Finding(
                isOver ? .critical : .warning,
                "the certificate of \(certificate.commonName) in \(file) "
                    + (isOver ? "expired at \(certificate.expires)" : "expires in \(days) days"),
                remedy: "issue another one: authority issue, as in docs/security.md")
        }
    }

    /// Messages that reached nobody.
    private func waiting() -> [Finding] {
        let reasons = [
            (Queue.dead, "could not be read or lied about their host"), (Queue.expired, "no agent took in time"),
            (Queue.unrouted, "had a key of no partition"),
        ]
        return reasons.compactMap { queue, reason in
            guard let count = depths[queue], count > 0 else { return nil }
            return Finding(
                .warning, "queue \(queue) holds \(count) messages that \(reason)",
                remedy: "exhaustctl dead --queue \(queue) shows them; rabbitmqctl purge_queue -p \(survey.vhost) "
                    + "\(queue) when that is settled")
        }
    }
}
