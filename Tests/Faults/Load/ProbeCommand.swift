import ArgumentParser
import ExhaustRuntime

/// `exhaust-faults probe`: an emitter like any other, whose source is a counter.
struct ProbeCommand: RoleCommand {
    typealias RoleType = ProbeRole

    static let configuration = CommandConfiguration(commandName: "probe", shouldDisplay: false)

    @OptionGroup var options: RoleOptions
}
