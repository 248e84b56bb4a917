import Glibc

/// One line of the table.
struct Fault: Sendable {
    /// What must be there for the fault to be injected.
    enum Need: Sendable {
        /// Root that is more than a user namespace's.
        case root
        /// A program of the system.
        case tool(String)
    }

    let name: String
    /// What is done, for `--list` and docs/faults.md.
    let summary: String
    var needs: [Need] = []
    /// After this long the fault has failed.
    var limit: Duration = .seconds(90)
    /// Does it, and tells what became of the events.
    let run: @Sendable (Stage) async throws -> Tally

    /// Why it cannot be injected here; `nil` if it can.
    var obstacle: String? {
        for need in needs {
            switch need {
            case .root where !Isolation.isRoot: return "needs root"
            case .tool(let name) where !Programs.isInstalled(name): return "needs the program \(name)"
            default: continue
            }
        }
        return nil
    }
}
