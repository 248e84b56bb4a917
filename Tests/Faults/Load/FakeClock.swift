import ExhaustCore

/// A wall clock that can be set while a program runs, by libfaketime. Its monotonic clock stays what it is.
struct FakeClock {
    #if arch(x86_64)
        static let library = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"
    #else
        static let library = "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1"
    #endif

    private let stage: Stage

    /// A clock that is right.
    init(_ stage: Stage) throws {
        self.stage = stage
        try set("+0")
    }

    /// What a program that lives by this clock has in its environment.
    var environment: [String: String] {
        [
            "LD_PRELOAD": Self.library, "FAKETIME_TIMESTAMP_FILE": "\(stage.folder)/clock", "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            // Names of what is not there, or the library would set the variable itself and so move the environment,
            // beside which Swift looks for the arguments.
            "FAKETIME_SHARED": "/none /none",
        ]
    }

    /// Moves it by so much from the right time, such as `+2h`.
    func set(_ offset: String) throws { _ = try stage.write("\(offset)\n", to: "clock") }
}
