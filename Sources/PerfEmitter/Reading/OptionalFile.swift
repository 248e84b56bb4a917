import ExhaustCore
import Glibc

extension ByteFile {
    /// As `read`, but `nil` if the file does not exist: this kernel, or this machine, does not have what it tells of.
    func readIfPresent() throws -> ByteScanner? {
        do {
            return try read()
        } catch {
            // ENOENT, ENOTDIR: not there. EOPNOTSUPP: PSI that is compiled in but switched off.
            guard [ENOENT, ENOTDIR, EOPNOTSUPP].contains(lastError) else { throw error }
            return nil
        }
    }
}
