package import ExhaustCore
import Glibc

/// Sockets in use, by kind (/proc/net/sockstat, sockstat6), by the kernel's names.
package struct SocketCollector: Collector {
    package let name = "socket"
    private let files: [ByteFile]
    private let pageSize: UInt64

    package init(_ roots: Roots) {
        files = ["sockstat", "sockstat6"].map { ByteFile("\(roots.net)/\($0)") }
        pageSize = roots.isRecorded ? 4096 : UInt64(clamping: sysconf(Int32(_SC_PAGESIZE)))
    }

    package mutating func collect(into data: inout ValueMap, moment: inout SampleMoment) throws {
        var kinds = ValueMap()
        for file in files {
            guard var text = try file.readIfPresent() else { continue }
            while var line = text.line() {
                guard let kind = line.string(), kind.hasSuffix(":") else { continue }
                var counts = ValueMap()
                while let name = line.string(), let number = line.number() {
                    // Pages of TCP and UDP; fragments' `memory` is in bytes already.
                    counts[name] =
                        name == "mem" ? number.multipliedClamped(by: pageSize).value : number.value
                }
                kinds[String(kind.dropLast())] = .map(counts)
            }
        }
        if !kinds.isEmpty { data["exhaust.network.sockets"] = .map(kinds) }
    }
}
