import ExhaustCore
import ExhaustRuntime
import Glibc

/// The folder in which one analyzer at a time keeps its snapshot.
final class StateFolder: Sendable {
    let path: String
    private let lock: Int32

    private var file: String { "\(path)/snapshot" }
    private var attempts: String { "\(path)/replaying" }

    /// Takes the folder, which is made if need be. Throws `ExhaustError` if that cannot be, or another process has it.
    init(_ path: String) throws(ExhaustError) {
        self.path = path
        try DurableFile.makeFolder(path)
        let lock = open("\(path)/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0 else { throw ExhaustError(.cannotCreate, errno: errno, "cannot open the lock", at: path) }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            close(lock)
            throw ExhaustError(
                .unavailable, "another process has this folder", at: path,
                advice: "give each analyzer on a machine a state.directory of its own")
        }
        self.lock = lock
    }

    deinit { close(lock) }

    /// The bytes of the snapshot; `nil` if there is none.
    func load(limit: Int) throws(ExhaustError) -> [UInt8]? { try DurableFile.load(file, limit: limit) }

    /// Replaces the snapshot in one step that survives a loss of power.
    func save(_ bytes: [UInt8]) throws(ExhaustError) { try DurableFile.replace(file, with: bytes, syncFolder: true) }

    /// Keeps a snapshot of no use where it does no harm, in place of the one before. Gives where that is.
    func setAside() -> String {
        let aside = "\(file).aside"
        // What cannot be renamed will be replaced by the next snapshot.
        _ = rename(file, aside)
        return aside
    }

    /// Begins a replay of recorded events. Gives how many have begun since one ended: the process may have died of what
    /// it read.
    func beginReplay() throws(ExhaustError) -> Int {
        let before = try DurableFile.load(attempts, limit: 64)?.count ?? 0
        try DurableFile.replace(attempts, with: Array(repeating: UInt8(ascii: "."), count: min(before + 1, 9)))
        return before
    }

    func endReplay() { unlink(attempts) }
}
