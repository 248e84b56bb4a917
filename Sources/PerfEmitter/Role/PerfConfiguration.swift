import ExhaustCore
import ExhaustRuntime

/// The keys of `exhaust-emitter-perf`, beside those of every role.
package struct PerfConfiguration: RoleConfiguration {
    /// `interval`: time between samples; default 10 s.
    package var interval: Duration
    /// `top`: how many processes to tell of by CPU, and how many more by memory; default 10.
    package var top: Int
    /// `proc`, `sys`, `rootfs`: where the host's files are; default `/proc`, `/sys`, `/`.
    package var roots: Roots
    /// `exclude_filesystem_types`: filesystems to leave out besides those without data of their own; default none.
    package var excludedTypes: Set<String>

    /// `collectors`: the collectors to run, by name; default all. A name after `-` leaves that one out.
    package var collectors: [String]
    /// `intervals`: time between runs of single collectors, by name; default those of `CollectorRegistry`.
    package var intervals: [String: Duration]
    /// `values`: `both` counters and rates, `raw` counters or `rates`; default `both`.
    package var values: RateTable.Selection

    enum CodingKeys: String, CodingKey {
        case interval, top, proc, sys, rootfs, collectors, intervals, values
        case excludedTypes = "exclude_filesystem_types"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        interval = try container.decodeIfPresent(Duration.self, forKey: .interval) ?? .seconds(10)
        top = try container.decodeIfPresent(Int.self, forKey: .top) ?? 10
        excludedTypes = Set(try container.decodeIfPresent([String].self, forKey: .excludedTypes) ?? [])
        roots = try Self.roots(container)
        collectors = try Self.collectors(container)
        intervals = try Self.intervals(container)
        let values = try container.decodeIfPresent(String.self, forKey: .values) ?? RateTable.Selection.both.rawValue
        guard let values = RateTable.Selection(rawValue: values) else {
            throw ValueCodingError(path: ["values"], message: "must be both, raw or rates")
        }
        self.values = values
        guard interval >= .milliseconds(100) else {
            throw ValueCodingError(path: ["interval"], message: "must be at least 100ms")
        }
        guard (0...1000).contains(top) else {
            throw ValueCodingError(path: ["top"], message: "must be from 0 to 1000")
        }
    }

    package func validate() throws {}

    /// The sampler that this configuration asks for; `roots` instead of the configured ones, and `everything` in each
    /// sample, whatever the intervals.
    func sampler(_ roots: Roots? = nil, everything: Bool = false) -> Sampler {
        var setup = CollectorRegistry.Setup(roots ?? self.roots)
        (setup.top, setup.excludedTypes) = (top, excludedTypes)
        let chosen = CollectorRegistry.entries.filter { collectors.contains($0.name) }
        let usual = Dictionary(CollectorRegistry.entries.map { ($0.name, $0.interval) }) { $1 }
        let intervals = usual.merging(intervals) { $1 }
        return Sampler(chosen.map { $0.make(setup) }, intervals: everything ? [:] : intervals, values: values)
    }
}

extension PerfConfiguration {
    private typealias Container = KeyedDecodingContainer<CodingKeys>

    private static func roots(_ container: Container) throws -> Roots {
        var roots = Roots()
        for (key, path) in [(CodingKeys.proc, \Roots.proc), (.sys, \.sys), (.rootfs, \.rootfs)] {
            guard let text = try container.decodeIfPresent(String.self, forKey: key) else { continue }
            guard text.hasPrefix("/") else {
                throw ValueCodingError(path: [key.rawValue], message: "must be an absolute path")
            }
            // Paths are joined with a slash.
            roots[keyPath: path] = text.count > 1 && text.hasSuffix("/") ? String(text.dropLast()) : text
        }
        return roots
    }

    private static func collectors(_ container: Container) throws -> [String] {
        let names = try container.decodeIfPresent([String].self, forKey: .collectors) ?? []
        for name in names { try check(name.hasPrefix("-") ? String(name.dropFirst()) : name, "collectors") }
        let wanted = names.filter { !$0.hasPrefix("-") }
        return (wanted.isEmpty ? CollectorRegistry.names : wanted).filter { !names.contains("-\($0)") }
    }

    private static func intervals(_ container: Container) throws -> [String: Duration] {
        let intervals = try container.decodeIfPresent([String: Duration].self, forKey: .intervals) ?? [:]
        for (name, interval) in intervals {
            try check(name, "intervals")
            guard interval > .zero else {
                throw ValueCodingError(path: ["intervals", name], message: "must be more than 0s")
            }
        }
        return intervals
    }

    private static func check(_ name: String, _ key: String) throws {
        guard !CollectorRegistry.names.contains(name) else { return }
        throw ValueCodingError(
            path: [key], message: "there is no collector '\(name)'; --collectors list shows all")
    }
}
