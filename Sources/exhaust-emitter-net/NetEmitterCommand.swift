import ArgumentParser
import ExhaustRuntime
import NetEmitter

/// `exhaust-emitter-net`: who talks to whom, how much, how well, and what changed.
@main
struct NetEmitterCommand: RoleCommand {
    typealias RoleType = NetEmitterRole

    static let configuration = describe(
        "Publish the network: flows, DNS, TLS and HTTP handshakes, sockets, interfaces, routes, and probes.",
        example: "exhaust-emitter-net --from capture.pcapng --to -")

    @OptionGroup var options: RoleOptions
}
