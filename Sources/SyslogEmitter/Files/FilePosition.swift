import ExhaustCore
import ExhaustRuntime

/// Which file it is while it exists, whatever its name becomes. Inodes are used again, so that a fingerprint belongs
/// to it.
struct FileIdentity: Hashable {
    var device: UInt64
    var inode: UInt64
}

/// What a file begins with: as much of it as was read, up to a limit, so that it grows with a small file.
struct Fingerprint: Hashable {
    static let limit = 1024

    var length: Int
    var digest: String

    /// The fingerprint of a file that begins with `head`.
    init(_ head: [UInt8]) {
        length = head.count
        digest = Digest.sha256(head)
    }

    init(length: Int, digest: String) {
        self.length = length
        self.digest = digest
    }
}

/// How far a file was read and confirmed, kept across restarts.
struct FilePosition: Hashable {
    /// Where it was last, and the path of its rule.
    var path: String
    var rule: String
    var grouping: String
    var identity: FileIdentity
    var fingerprint: Fingerprint
    /// Everything before this byte was confirmed.
    var offset: UInt64
    /// Its size and the time of its last change, in nanoseconds since the epoch, when it was last looked at.
    var size: UInt64
    var changed: Int64
    /// How the event of the message at `offset` is named; `nil` for a new name.
    var numbering: Numbering?
    /// Where messages were ended behind `offset` though more might have belonged to them: it must be done again there.
    var cuts: [UInt64]
}

extension FilePosition {
    /// Reads what `value` gave.
    init?(_ saved: Value) {
        guard let path = saved["path"]?.string, let rule = saved["rule"]?.string,
            let grouping = saved["grouping"]?.string, let device = saved["device"]?.int,
            let inode = saved["inode"]?.int, let length = saved["head"]?.int,
            (0...Int64(Fingerprint.limit)).contains(length), let digest = saved["head_sha256"]?.string,
            let offset = saved["offset"]?.int.flatMap(UInt64.init(exactly:)),
            let size = saved["size"]?.int.flatMap(UInt64.init(exactly:)), let changed = saved["changed"]?.int,
            let cuts = saved["cuts"]?.list
        else { return nil }
        self.init(
            path: path, rule: rule, grouping: grouping,
            identity: FileIdentity(device: UInt64(bitPattern: device), inode: UInt64(bitPattern: inode)),
            fingerprint: Fingerprint(length: Int(length), digest: digest), offset: offset, size: size,
            changed: changed, numbering: Numbering(saved),
            cuts: cuts.compactMap { $0.int.flatMap(UInt64.init(exactly:)) })
    }

    var value: Value {
        .map(
            ValueMap(
                [
                    ("path", .string(path)), ("rule", .string(rule)), ("grouping", .string(grouping)),
                    ("device", .int(Int64(bitPattern: identity.device))),
                    ("inode", .int(Int64(bitPattern: identity.inode))), ("head", .int(Int64(fingerprint.length))),
                    ("head_sha256", .string(fingerprint.digest)), ("offset", .int(Int64(clamping: offset))),
                    ("size", .int(Int64(clamping: size))), ("changed", .int(changed)),
                    ("cuts", .list(cuts.map { .int(Int64(clamping: $0)) })),
                ] + (numbering?.entries ?? [])))
    }
}
