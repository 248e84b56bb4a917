import ExhaustTestSupport
import Glibc

/// Journals as systemd makes them, without a daemon.
enum RealJournal {
    private static let writer = "/lib/systemd/systemd-journal-remote"

    static let isThere = access(writer, X_OK) == 0 && access("/usr/bin/journalctl", X_OK) == 0

    /// Makes a journal of what stands in `export`.
    static func make(from export: String, _ journal: String) async throws {
        try await ChildProcess.run([writer, "-o", journal, export])
    }
}
