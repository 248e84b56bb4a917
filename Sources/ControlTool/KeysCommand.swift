package import ArgumentParser
import ExhaustCore
import Glibc

/// `exhaustctl keys`: the keys that sign tasks.
package struct KeysCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "The keys that sign tasks.", subcommands: [Init.self])

    package init() {}

    /// `exhaustctl keys init`.
    struct Init: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "init",
            abstract: "Make an Ed25519 key pair: signing.pem for the orchestrator, signing.pub.pem for agents.",
            discussion: "Example:\n  exhaustctl keys init /etc/exhaust/keys")

        @Argument(
            help: "The folder for both files, which must not exist yet; the folder is made if need be.",
            completion: .directory)
        var folder: String

        func run() async throws {
            try await reportingErrors {
                guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
                    throw ExhaustError(.cannotCreate, errno: errno, "cannot make the folder", at: folder)
                }
                let key = try SigningKey.generate()
                try key.write(path: "\(folder)/signing.pem")
                try key.verifyingKey.write(path: "\(folder)/signing.pub.pem")
                print("key \(key.id)\n  private: \(folder)/signing.pem\n  public:  \(folder)/signing.pub.pem")
            }
        }
    }
}
