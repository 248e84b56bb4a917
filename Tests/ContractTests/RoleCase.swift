import ExhaustCore
import ExhaustTestSupport
import Glibc
import Testing

/// What a role needs to be run here.
struct RoleCase: Sendable, CustomTestStringConvertible {
    let program: Program
    /// Flags that make its configuration complete, but for where its input comes from.
    let flags: [String]
    /// Where pipe mode's input comes from: `-`, or a path.
    var from = "-"
    /// Standard input of a sound pipe run, and how many events it must give at least.
    var input = ""
    var events = 0

    var name: String { program.name }
    var testDescription: String { program.name }

    static let folder = try? TemporaryDirectory()  // a failure shows at the first use of the path

    static func all() throws -> [RoleCase] {
        guard let folder else { throw ExhaustError(.cannotCreate, "no temporary folder for the contract tests") }
        let key = "\(folder.path)/signing.pem"
        if access(key, F_OK) != 0 {
            let pair = try SigningKey.generate()
            try pair.write(path: key)
            try pair.verifyingKey.write(path: "\(folder.path)/signing.pub.pem")
            try folder.write(Array("version: 1\nallow: []\n".utf8), to: "policy.yaml")
            try folder.write(Self.accountingRecord, to: "pacct")
            try folder.write(Self.capture, to: "capture.pcap")
        }
        func spool(_ name: String) -> [String] { ["--set", "spool.directory=\(folder.path)/spool-\(name)"] }
        let trust = "trust=[{public_key_file: \(folder.path)/signing.pub.pem, classes: [service], epoch: 1}]"
        return [
            RoleCase(
                program: Program(name: "exhaust-emitter-syslog"),
                flags: spool("syslog") + ["--set", "unix=[\(folder.path)/log.sock]"],
                input: "<34>1 2026-11-22T07:00:00.003Z web-01 su - ID47 - failed\n", events: 1),
            RoleCase(
                program: Program(name: "exhaust-emitter-cli-logging"),
                flags: spool("cli") + [
                    "--set", "socket=\(folder.path)/cli.sock", "--set", "key_directory=\(folder.path)/cli",
                ], input: Self.auditRecords, events: 1),
            RoleCase(
                program: Program(name: "exhaust-emitter-acct"), flags: ["--set", "file=\(folder.path)/live"],
                from: "\(folder.path)/pacct", events: 1),
            RoleCase(program: Program(name: "exhaust-emitter-perf"), flags: spool("perf"), from: "/", events: 1),
            RoleCase(
                program: Program(name: "exhaust-emitter-net"), flags: spool("net"),
                from: "\(folder.path)/capture.pcap", events: 2),
            RoleCase(
                program: Program(name: "exhaust-analyzer"), flags: ["--rules", "\(Program.root)/deploy/rules"],
                input: try sample("deploy/rules/samples/nginx-killed.jsonl"), events: 2),
            RoleCase(
                program: Program(name: "exhaust-activator"), flags: ["--policies", "\(Program.root)/deploy/policies"],
                input: try events([.fact]), events: 2),
            RoleCase(
                program: Program(name: "exhaust-orchestrator"),
                flags: ["--set", "workflows=[\(Program.root)/deploy/workflows]", "--set", "signing_key_file=\(key)"],
                input: try events([.action]), events: 2),
            RoleCase(
                program: Program(name: "exhaust-agent"),
                flags: [
                    "--set", "policy_file=\(folder.path)/policy.yaml", "--set", trust,
                    "--set", "ledger_file=\(folder.path)/ledger-\(ULID())",
                ], input: try events([.task]), events: 1),
        ]
    }

    /// An exec as audit.log has it.
    private static let auditRecords = """
        type=SYSCALL msg=audit(1790000000.250:9): syscall=59 success=yes ppid=41 pid=42 uid=0 euid=0 comm="id" tty=pts3
        type=EXECVE msg=audit(1790000000.250:9): argc=1 a0="id"
        type=PROCTITLE msg=audit(1790000000.250:9): proctitle="id"

        """

    /// An exit of `nginx` by SIGKILL as the kernel writes it: struct acct_v3 of linux/acct.h, little endian.
    private static var accountingRecord: [UInt8] {
        var record = [UInt8](repeating: 0, count: 64)
        record[0] = 0x10
        record[1] = 3
        record[4] = 9
        record.replaceSubrange(16..<18, with: [42, 0])
        record.replaceSubrange(24..<28, with: [0x70, 0x5f, 0xb1, 0x6a])
        record.replaceSubrange(48..<53, with: Array("nginx".utf8))
        return record
    }

    /// A capture file with one packet, a DNS query: struct pcap_file_header, little endian, with raw IP packets.
    private static var capture: [UInt8] {
        func words(_ numbers: [UInt32]) -> [UInt8] {
            numbers.flatMap { number in (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * UInt32($0))) } }
        }
        let query: [UInt8] = [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 97, 0, 0, 1, 0, 1]
        let ip: [UInt8] = [0x45, 0, 0, 47, 0, 0, 0, 0, 64, 17, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2]
        let udp: [UInt8] = [0x80, 0, 0, 53, 0, 27, 0, 0]
        let packet = ip + udp + query
        return words([0xa1b2_c3d4, 0x0004_0002, 0, 0, 65_535, 101])
            + words([1_790_000_000, 250_000, UInt32(packet.count), UInt32(packet.count)]) + packet
    }

    private static func sample(_ path: String) throws -> String {
        String(decoding: try FileContent.read("\(Program.root)/\(path)"), as: UTF8.self)
    }

    private static func events(_ types: [EventType]) throws -> String {
        let time = Timestamp(seconds: 1_790_000_000)
        guard let host = HostID("web-01") else { return "" }
        let fact = Fact(
            name: "service-down", transition: .raised, key: "service-down:web-01:nginx", episode: "E", host: "web-01",
            subject: "nginx", severity: .error, first: time, last: time, evidence: [])
        let action = Action(
            workflow: "restart-service", inputs: ["host": "web-01", "service": "nginx"], policy: "p", fact: fact,
            notAfter: time + .seconds(60))
        return try types.map { type in
            var event = Event(type: type, source: "//web-01/test/1", id: "01J", time: time, host: host)
            switch type {
            case .fact: event.data = try ValueEncoder().encode(fact).map ?? [:]
            case .action: event.data = try ValueEncoder().encode(action).map ?? [:]
            default: event.data = ["payloadType": "none", "payload": "", "signatures": []]
            }
            return String(decoding: EventJSON.encode(event), as: UTF8.self) + "\n"
        }.joined()
    }
}
