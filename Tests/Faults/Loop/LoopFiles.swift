import ExhaustCore
import ExhaustTestSupport
import Glibc

/// What the loop's roles read: rules, policies, workflows, keys, and services that do nothing but count.
///
/// Every number that the probe counts is a service of its own that is broken; restarting it writes its name into
/// `effects`, of which the probe tells, and so the fact is over. Whatever was done twice is there twice.
struct LoopFiles {
    let folder: String
    let label: String

    /// The file with a line for every restart.
    var effects: String { "\(folder)/effects" }

    /// The service of a number.
    func service(_ number: Int) -> String { "\(label)-\(number)" }

    /// Writes them all, with services for `numbers`, which hide the host's own.
    init(_ stage: Stage, services numbers: Range<Int>) async throws {
        folder = stage.folder
        label = stage.label
        for (name, text) in [
            ("rules.yaml", rules), ("policies.yaml", policies), ("workflows.yaml", workflows), ("agent.yaml", agent),
        ] { _ = try stage.write(text, to: name) }
        try await ChildProcess.run([Programs.control, "keys", "init", "\(folder)/keys"])
        let script = try stage.write(
            "#!/bin/sh\n[ \"$1\" != restart ] || echo \"${0##*/}\" >>'\(effects)'\n", to: "count")
        chmod(script, 0o755)
        let services = "\(folder)/services"
        mkdir(services, 0o755)
        for number in numbers { symlink(script, "\(services)/\(service(number))") }
        try await ChildProcess.run(["mount", "--bind", services, "/etc/init.d"])
        stage.finally { umount2("/etc/init.d", Int32(MNT_DETACH)) }
    }

    private var rules: String {
        """
        version: 1
        rules:
        - fact: service-down
          on: exhaust.perf
          where: dyn(data)["exhaust.probe.run"] == "\(label)" && dyn(data)["exhaust.probe.state"] == "broken"
          # With the fault's name: the journal of a broker that serves several remembers their cooldowns.
          key: [host, 'dyn(data)["exhaust.probe.run"]', 'dyn(data)["exhaust.probe.number"]']
          clear: {where: 'dyn(data)["exhaust.probe.state"] == "mended"'}
          subject: '\(label)-{{ dyn(data)["exhaust.probe.number"] }}'

        """
    }

    private var policies: String {
        """
        version: 1
        policies:
        - name: restart
          mode: enforce
          when: fact.name == "service-down"
          run: {workflow: restart, with: {host: "{{ fact.host }}", service: "{{ fact.subject }}"}}
          verify: {cleared_within: 10s, stable_for: 1s}

        """
    }

    private var workflows: String {
        """
        version: 1
        workflows:
        - name: restart
          inputs: {host: {type: host}, service: {type: string}}
          tasks:
            restart: {adapter: agent, action: service.restart, with: {name: "{{ service }}"}}

        """
    }

    private var agent: String {
        """
        version: 1
        allow:
        - action: service.restart
          parameters: {name: {prefix: \(label)-}}

        """
    }
}
