import AcctEmitter
import ArgumentParser
import ExhaustRuntime

/// `exhaust-emitter-acct`: every process that ends becomes an event.
@main
struct AcctEmitterCommand: RoleCommand {
    typealias RoleType = AcctEmitterRole

    static let configuration = describe(
        "Publish process accounting: every process that ends, with how it ended and what it used.",
        example: "exhaust-emitter-acct --from /var/log/account/pacct --to -")

    @OptionGroup var options: RoleOptions
}
