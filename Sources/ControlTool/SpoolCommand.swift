package import ArgumentParser
import ExhaustCore
import ExhaustRuntime

/// `exhaustctl spool`: what an emitter keeps on disk until the broker has it.
package struct SpoolCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "spool", abstract: "What an emitter keeps on disk until the broker has it.",
        subcommands: [Stat.self, Verify.self, Repair.self, Export.self])

    package init() {}

    /// The folder, which all of them take.
    struct Folder: ParsableArguments {
        @Argument(help: "The spool's folder, such as /var/lib/exhaust/emitter-syslog/spool.", completion: .directory)
        var directory: String
    }

    /// `exhaustctl spool stat`.
    struct Stat: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say what is in it, while the emitter runs or not.",
            discussion: "Example:\n  exhaustctl spool stat /var/lib/exhaust/emitter-syslog/spool")

        @OptionGroup var folder: Folder

        func run() async throws {
            try await reportingErrors {
                let summary = try SpoolInspection(folder: folder.directory).read()
                let oldest = summary.since.map { ", the oldest of \($0)" } ?? ""
                print("\(summary.events) events in \(summary.batches) batches wait for the broker\(oldest)")
                print("\(summary.bytes) bytes in \(summary.segments) segments")
                if summary.untold > 0 { print("\(summary.untold) lost records are in no confirmed gap event yet") }
                if !summary.damage.isEmpty { print("\(summary.damage.count) places are damaged: see spool verify") }
            }
        }
    }

    /// `exhaustctl spool verify`.
    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Read all of it; name file and offset of what is damaged, and exit 65 then.",
            discussion: "Example:\n  exhaustctl spool verify /var/lib/exhaust/emitter-syslog/spool")

        @OptionGroup var folder: Folder

        func run() async throws {
            try await reportingErrors {
                let summary = try SpoolInspection(folder: folder.directory).read()
                for path in summary.torn { print("\(path): ends within a record, which was never accepted") }
                for damage in summary.damage { print(damage) }
                guard summary.damage.isEmpty else {
                    throw ExhaustError(
                        .invalidData, "\(summary.damage.count) places are damaged", at: folder.directory,
                        advice: "the emitter passes over them by itself; exhaustctl spool repair does so now")
                }
                print("\(summary.events) events in \(summary.batches) batches are sound")
            }
        }
    }

    /// `exhaustctl spool repair`.
    struct Repair: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put damage aside, as the emitter does when it starts. Stop the emitter first.",
            discussion: """
                What cannot be read is kept in files that end in .corrupt, and the emitter's next start publishes how many
                records were lost.

                Example:
                  exhaustctl spool repair /var/lib/exhaust/emitter-syslog/spool
                """)

        @OptionGroup var folder: Folder

        func run() async throws {
            try await reportingErrors {
                let (places, lost) = try SpoolInspection(folder: folder.directory).repair()
                for place in places { print("passed over: \(place)") }
                print(places.isEmpty ? "nothing was damaged" : "\(lost) records are lost")
            }
        }
    }

    /// `exhaustctl spool export`.
    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write what waits for the broker as JSON lines.",
            discussion: "Example:\n  exhaustctl spool export /var/lib/exhaust/emitter-syslog/spool > events.jsonl")

        @OptionGroup var folder: Folder

        func run() async throws {
            try await reportingErrors {
                let summary = try SpoolInspection(folder: folder.directory).read { try StandardOutput.write($0.lines) }
                guard summary.damage.isEmpty else {
                    throw ExhaustError(.invalidData, "\(summary.damage.count) places are damaged and left out")
                }
            }
        }
    }
}
