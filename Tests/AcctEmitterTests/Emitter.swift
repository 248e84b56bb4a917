import ExhaustCore
import ExhaustTestSupport
import Glibc

@testable import AcctEmitter

/// The program itself, as `swift build` leaves it beside the tests' own.
enum Emitter {
    static let path: String = {
        var buffer = [CChar](repeating: 0, count: 4096)
        let length = readlink("/proc/self/exe", &buffer, buffer.count)
        let own = String(decoding: buffer.prefix(max(0, length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return own.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 } + "/exhaust-emitter-acct"
    }()

    /// Process accounting is per PID namespace, so that a test in its own disturbs nobody.
    static let canAccount = geteuid() == 0 && hasProgram("unshare")

    /// Whether the kernel lets this process listen to taskstats, which is what trying tells.
    static let canListen = (try? TaskstatsSocket()) != nil

    static func hasProgram(_ name: String) -> Bool {
        ["/usr/sbin", "/usr/bin", "/sbin", "/bin"].contains { access("\($0)/\(name)", X_OK) == 0 }
    }

    /// Runs a shell script as the first process of a new PID namespace, with `$EMITTER` and in the folder `directory`.
    @discardableResult
    static func run(_ script: String, in directory: TemporaryDirectory) async throws -> String {
        let prelude = "set -e; cd '\(directory.path)'; EMITTER='\(path)'; export TZ=UTC LC_ALL=C; "
        let namespace = ["unshare", "--pid", "--fork", "--mount-proc"]
        return try await ChildProcess.run(namespace + ["bash", "-c", prelude + script])
    }

    /// The events in a file of JSON lines.
    static func events(_ file: String, in directory: TemporaryDirectory) throws -> [Event] {
        try FileContent.read("\(directory.path)/\(file)", limit: 64 << 20).split(separator: 10).map {
            try EventJSON.decode(Array($0))
        }
    }
}
