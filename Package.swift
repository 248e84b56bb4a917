// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0335-existential-any.md
    .enableUpcomingFeature("ExistentialAny"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0409-access-level-on-imports.md
    .enableUpcomingFeature("InternalImportsByDefault"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0461-async-function-isolation.md
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")

/// A Swift library of this package.
func library(_ name: String, _ dependencies: Target.Dependency...) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// A C target; static archives are named by file, since a module map's `link` would force the shared library.
func c(_ name: String, links libraries: String...) -> Target {
    .target(name: name, linkerSettings: libraries.map { .linkedLibrary($0) })
}

/// A role: the library with all of its logic, and the executable that wires it.
func role(_ name: String, _ executable: String, _ dependencies: Target.Dependency...) -> [Target] {
    let library = Target.Dependency.target(name: name)
    return [
        .target(
            name: name, dependencies: ["ExhaustCore", "ExhaustRuntime", logging] + dependencies,
            swiftSettings: settings),
        .executableTarget(
            name: executable, dependencies: ["ExhaustCore", "ExhaustRuntime", arguments, library],
            swiftSettings: settings),
    ]
}

/// What every role stands on.
let foundations: [Target] = [
    c("CLinux"),
    c("CRabbitMQ", links: ":librabbitmq.a", "ssl", "crypto"),
    c("COpenSSL", links: "ssl", "crypto"),
    c("CYAML", links: ":libyaml.a"),
    c("CRE2", links: ":libre2.a"),
    c("CCurl", links: "curl"),
    c("CZlib", links: "z"),
    library("ExhaustCore", "CLinux", "COpenSSL", "CRE2", "CYAML"),
    library("ExhaustBroker", "ExhaustCore", "CRabbitMQ", "CLinux", "COpenSSL", logging),
    library("ExhaustRuntime", "ExhaustCore", "ExhaustBroker", "CLinux", arguments, logging, lifecycle, signals),
]

var roles: [Target] = []
roles += [.executableTarget(name: "exhaust-cli-report", exclude: ["bare"])]
roles += role("SyslogEmitter", "exhaust-emitter-syslog", "CLinux", "COpenSSL")
roles += role("AcctEmitter", "exhaust-emitter-acct", "CLinux")
roles += role("PerfEmitter", "exhaust-emitter-perf", "CLinux")
roles += role("CLIEmitter", "exhaust-emitter-cli-logging", "CLinux", arguments)
roles += role("NetEmitter", "exhaust-emitter-net", "CLinux", "COpenSSL", "CZlib")
roles += role("Analyzer", "exhaust-analyzer")
roles += role("Activator", "exhaust-activator")
roles += role("Orchestrator", "exhaust-orchestrator", "CCurl")
roles += role("Agent", "exhaust-agent", "CLinux", subprocess)
// It checks and tests the analyzer's rules.
roles += role("ControlTool", "exhaustctl", "Analyzer", "CLinux", "ExhaustBroker", arguments, subprocess)

/// The source side of `make bench`.
let bench = Target.executableTarget(
    name: "exhaust-bench", dependencies: ["ExhaustBroker", "ExhaustCore", "ExhaustRuntime", arguments, logging],
    path: "Tests/Benchmarks/Emitter", swiftSettings: settings)

/// Packets a second through parser and table of flows.
let benchFlows = Target.executableTarget(
    name: "exhaust-bench-flows", dependencies: ["ExhaustCore", "NetEmitter", arguments],
    path: "Tests/Benchmarks/Flows", swiftSettings: settings)

/// What a condition costs, beside the same in Swift.
let benchExpressions = [
    Target.target(name: "CAllocations", path: "Tests/Benchmarks/Allocations"),
    Target.executableTarget(
        name: "exhaust-bench-expressions", dependencies: ["CAllocations", "ExhaustCore"],
        path: "Tests/Benchmarks/Expressions", swiftSettings: settings),
]

/// What an event costs with each detector.
let benchDetectors = Target.executableTarget(
    name: "exhaust-bench-detectors", dependencies: ["Analyzer", "ExhaustCore", "ExhaustRuntime", arguments],
    path: "Tests/Benchmarks/Detectors", exclude: ["rules.yaml"], swiftSettings: settings)

/// Events a second through the analyzer's rules.
let benchRules = Target.executableTarget(
    name: "exhaust-bench-rules", dependencies: ["Analyzer", "ExhaustCore", "ExhaustRuntime", arguments],
    path: "Tests/Benchmarks/Rules", swiftSettings: settings)

/// A fuzzer, whose main function is libFuzzer's.
func fuzzer(_ name: String, _ folder: String, _ dependencies: Target.Dependency...) -> Target {
    .executableTarget(
        name: "exhaust-fuzz-\(name)", dependencies: dependencies, path: "Tests/Fuzz/\(folder)",
        swiftSettings: settings + [.unsafeFlags(["-parse-as-library"])])
}

/// Only where `make fuzz` asks for them.
let fuzzers: [Target] =
    Context.environment["EXHAUST_FUZZ"] == nil
    ? []
    : [
        fuzzer("syslog", "Syslog", "ExhaustCore", "ExhaustRuntime", "SyslogEmitter"),
        fuzzer("perf", "Perf", "ExhaustCore", "ExhaustTestSupport", "PerfEmitter"),
        fuzzer("packets", "Packets", "ExhaustCore", "NetEmitter"),
        fuzzer("dns", "DNS", "ExhaustCore", "ExhaustRuntime", "NetEmitter"),
        fuzzer("tls", "TLS", "ExhaustCore", "ExhaustRuntime", "NetEmitter"),
    ]

/// A test target; `Tests/Support` holds what several of them share.
func test(_ name: String, _ dependencies: Target.Dependency..., exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: settings)
}

let tests: [Target] = [
    .target(
        name: "ExhaustTestSupport", dependencies: ["ExhaustBroker", "ExhaustCore", logging], path: "Tests/Support",
        swiftSettings: settings),
    .executableTarget(
        name: "exhaust-faults",
        dependencies: [
            "ExhaustBroker", "ExhaustCore", "ExhaustRuntime", "ExhaustTestSupport", arguments, logging, signals,
        ],
        path: "Tests/Faults", exclude: ["clock.c"], swiftSettings: settings),
    test("ExhaustBrokerTests", "ExhaustBroker", "ExhaustCore", "ExhaustTestSupport", logging),
    test(
        "ControlToolTests", "ControlTool", "CRabbitMQ", "ExhaustBroker", "ExhaustCore", "ExhaustTestSupport",
        "exhaustctl", logging),
    test("ExhaustCoreTests", "ExhaustCore"),
    test("ExhaustRuntimeTests", "ExhaustCore", "ExhaustRuntime", "ExhaustTestSupport", logging),
    test("ActivatorTests", "Activator", "ExhaustCore", "ExhaustRuntime", logging),
    test(
        "SyslogEmitterTests", "SyslogEmitter", "ExhaustCore", "ExhaustRuntime", "ExhaustTestSupport",
        "exhaust-emitter-syslog", logging, exclude: ["Cases"]),
    test(
        "CLIEmitterTests", "CLIEmitter", "ExhaustCore", "ExhaustRuntime", "ExhaustTestSupport", "exhaust-cli-report",
        "exhaust-emitter-cli-logging", arguments, logging),
    test(
        "AnalyzerTests", "Analyzer", "ExhaustCore", "ExhaustRuntime", "ExhaustTestSupport", logging,
        exclude: ["Cases"]),
    test("SigmaTests", "Analyzer", "ExhaustCore", "ExhaustRuntime", exclude: ["Cases", "Oracle"]),
    test(
        "AcctEmitterTests", "AcctEmitter", "ExhaustCore", "ExhaustRuntime", "ExhaustTestSupport",
        "exhaust-emitter-acct", logging, exclude: ["Fixtures"]),
    test(
        "PerfEmitterTests", "PerfEmitter", "ExhaustCore", "ExhaustRuntime", "ExhaustTestSupport", logging,
        exclude: ["Fixtures"]),
    test(
        "NetEmitterTests", "NetEmitter", "ExhaustCore", "ExhaustRuntime", "ExhaustTestSupport",
        "exhaust-emitter-net", logging),
    test("ExpressionTests", "ExhaustCore"),
    test("TrustTests", "ExhaustCore"),
    test("TidyTests"),
    test("EndToEndTests", "ExhaustBroker", "ExhaustCore", "ExhaustTestSupport", logging),
    test("ContractTests", "ExhaustCore", "ExhaustTestSupport", exclude: ["check-schema.py"]),
    test("AgentTests", "Agent", "ExhaustCore", "ExhaustRuntime", logging),
    test(
        "OrchestratorTests", "Orchestrator", "ExhaustBroker", "ExhaustCore", "ExhaustRuntime", "ExhaustTestSupport",
        logging),
]

let package = Package(
    name: "exhaust",
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    ],
    targets: foundations + roles + [bench, benchFlows, benchDetectors, benchRules] + benchExpressions + fuzzers + tests
)
