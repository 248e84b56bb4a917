import ExhaustBroker
import ExhaustCore
import Testing

@testable import ControlTool

@Suite("What a broker's definitions tell")
struct DifferenceTests {
    private let topology: Topology
    private let declared: Value

    init() throws {
        var settings = Topology.Settings()
        settings.partitions = 3
        topology = Topology(hosts: [try #require(HostID("web-01"))], settings: settings)
        declared = Definitions.declared(topology)
    }

    /// The declaration with the items of `section` changed.
    private func definitions(_ section: String, _ change: (inout [Value]) -> Void) -> Value {
        var map = declared.map ?? [:]
        var list = map[section]?.list ?? []
        change(&list)
        map[section] = .list(list)
        return .map(map)
    }

    private func differences(_ definitions: Value) -> [String] {
        BrokerSurvey(definitions, vhost: "exhaust").differences(from: topology).map(\.description)
    }

    @Test("hosts and partitions are read from the queues")
    func surveys() throws {
        let survey = BrokerSurvey(declared, vhost: "exhaust")
        #expect(survey.hosts.map(\.description) == ["web-01"])
        #expect(survey.partitions == ["analyzer": 3, "activator": 3, "orchestrator": 3])
        #expect(survey.logins.values.map(\.count) == [6])
        #expect(try survey.topology().settings.partitions == 3)
        #expect(try survey.topology(partitions: 3).settings.partitions == 3)
        #expect(throws: ExhaustError.self) { try survey.topology(partitions: 4) }
        let elsewhere = BrokerSurvey(declared, vhost: "other")
        #expect(throws: ExhaustError.self) { try elsewhere.topology() }
        #expect(try elsewhere.topology(partitions: 5).settings.partitions == 5)
    }

    @Test("the declaration does not differ from itself, nor do others' users, exchanges and queues count")
    func ignoresOthers() {
        #expect(differences(declared) == [])
        let users = definitions("users") { $0 += [["name": "admin", "tags": ["administrator"]], ["name": "x.y"]] }
        #expect(differences(users) == [])
        let queues = definitions("queues") {
            $0 += [["name": "theirs", "vhost": "exhaust"], ["name": "exhaust.dead", "vhost": "/"]]
        }
        #expect(differences(queues) == [])
        let permissions = definitions("permissions") { $0 += [["user": "admin", "vhost": "exhaust", "write": ".*"]] }
        #expect(differences(permissions) == [])
    }

    @Test("each thing that is missing, extra or different is one line")
    func differs() {
        #expect(differences(definitions("bindings") { $0.removeFirst() }).count == 1)
        #expect(
            differences(definitions("exchanges") { $0.removeAll { $0["name"] == "exhaust.facts" } })
                == ["missing exchange exhaust.facts"])
        let host = definitions("users") { $0 += [["name": "web-09.agent", "tags": []]] }
        #expect(differences(host) == ["extra login web-09.agent"])
        let elsewhere = definitions("permissions") { $0 += [["user": "analyzer", "vhost": "/", "write": ".*"]] }
        #expect(differences(elsewhere) == ["extra permission analyzer in vhost /"])
        let queue = definitions("queues") { queues in
            guard let index = queues.firstIndex(where: { $0["name"] == "exhaust.expired" }) else { return }
            queues[index] = [
                "name": "exhaust.expired", "vhost": "exhaust", "durable": false, "auto_delete": false,
                "arguments": ["x-queue-type": "quorum", "x-max-length-bytes": 67_108_864, "x-overflow": "drop-head"],
            ]
        }
        #expect(differences(queue) == ["different queue exhaust.expired: durable: have false, want true"])
    }

    @Test("the cure of a permission has all of its fields right, and a login's keeps its password")
    func cures() throws {
        let wrong: Value = [
            "user": "analyzer", "vhost": "exhaust", "configure": ".*", "write": ".*", "read": ".*",
        ]
        let permissions = definitions("permissions") { list in
            list.removeAll { $0["user"] == "analyzer" }
            list.append(wrong)
        }
        let found = BrokerSurvey(permissions, vhost: "exhaust").differences(from: topology)
        #expect(found.count == 3)
        let right = declared["permissions"]?.list?.first { $0["user"] == "analyzer" }
        #expect(found.allSatisfy { $0.cure == right })
        let users = definitions("users") { list in
            list.removeAll { $0["name"] == "analyzer" }
            list.append(["name": "analyzer", "password_hash": "kept", "tags": ["administrator"]])
        }
        let login = try #require(BrokerSurvey(users, vhost: "exhaust").differences(from: topology).first)
        #expect(login.cure == ["name": "analyzer", "password_hash": "kept", "tags": []])
    }
}
