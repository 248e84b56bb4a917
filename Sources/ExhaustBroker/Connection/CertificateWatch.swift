import Glibc

/// Notices when the files that a connection's certificates came from are others, so that renewed ones are taken before
/// the old ones expire.
///
/// The broker looks at a certificate only when a connection begins. So a connection whose new certificate is bad goes
/// on with the old one.
struct CertificateWatch {
    /// What a look gave.
    enum Finding: Equatable {
        case same
        /// There are others, which can be used.
        case renewed
        /// There are others, which cannot; said once.
        case unusable(String)
    }

    /// Tells one content of a file from another without reading it.
    private struct Mark: Equatable {
        let inode: UInt64
        let size: Int64
        let seconds: Int
        let nanoseconds: Int
    }

    private let files: [String]
    private let check: () throws -> Void
    private let inUse: [Mark?]
    private var seen: [Mark?]
    private var refused: [Mark?]?
    private var nextLook: ContinuousClock.Instant

    static let interval: Duration = .seconds(5)

    /// Takes the files as they are now for those in use; so it must be made before they are read. `check` throws if
    /// they cannot be used.
    init(files: [String], now: ContinuousClock.Instant = .now, check: @escaping () throws -> Void) {
        self.files = files
        self.check = check
        inUse = files.map(Self.mark)
        seen = inUse
        nextLook = now + Self.interval
    }

    /// Looks at the files if it is time to. Certificate and key are replaced one after the other, so they count only
    /// when two looks in a row saw them alike.
    mutating func look(at now: ContinuousClock.Instant) -> Finding {
        guard !files.isEmpty, now >= nextLook else { return .same }
        nextLook = now + Self.interval
        let marks = files.map(Self.mark)
        defer { seen = marks }
        guard marks != inUse, marks == seen, marks != refused else { return .same }
        do {
            try check()
            return .renewed
        } catch {
            refused = marks
            return .unusable("\(error)")
        }
    }

    private static func mark(_ file: String) -> Mark? {
        var status = stat()
        guard stat(file, &status) == 0 else { return nil }
        return Mark(
            inode: UInt64(status.st_ino), size: Int64(status.st_size), seconds: status.st_mtim.tv_sec,
            nanoseconds: status.st_mtim.tv_nsec)
    }
}

extension CertificateWatch {
    /// A watch over what `configuration` names.
    init(_ configuration: BrokerConfiguration) {
        let files = [configuration.caFile, configuration.certificateFile, configuration.keyFile].compactMap(\.self)
        self.init(files: files) {
            if let authority = configuration.caFile { _ = try Certificate(file: authority) }
            if let file = configuration.certificateFile, let keyFile = configuration.keyFile {
                try Certificate.check(file: file, keyFile: keyFile)
            }
        }
    }
}
