/// The bounds that keep the analyzer's memory and output finite.
package struct Limits: Sendable, Hashable {
    /// Facts open at once on one host; more are not raised, and counted.
    package var openFactsPerHost = 1000
    /// Keys that one rule remembers; the ones unused for longest are forgotten.
    package var keysPerRule = 100_000
    /// Time between two `updated` events of one fact.
    package var updateInterval = Duration.seconds(10)
    /// Events that a fact names as evidence.
    package let evidence = 10
    /// How far an event's time may be off. The kernel's accounting stamps to the second, so an event counts as older
    /// than another only by more than that.
    package let accuracy = Duration.seconds(1)

    package init() {}
}
