import ExhaustTestSupport

/// A wall clock that can be set while a program runs. Its other clocks stay what they are.
struct FakeClock {
    private let stage: Stage

    /// A clock that is right. Compiles what a program preloads to live by it.
    init(_ stage: Stage) async throws {
        self.stage = stage
        // Tests/Faults/Load/FakeClock.swift, two up is the folder of clock.c.
        let folder = "/" + #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
        try await ChildProcess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, "\(folder)/clock.c"])
        try set(.zero)
    }

    private var library: String { "\(stage.folder)/clock.so" }

    /// What a program that lives by this clock has in its environment.
    var environment: [String: String] { ["LD_PRELOAD": library, "FAULTS_CLOCK": "\(stage.folder)/clock"] }

    /// Moves it by so much from the right time.
    func set(_ offset: Duration) throws { _ = try stage.write("\(offset.components.seconds)\n", to: "clock") }
}
