/// The bounds that keep the analyzer's memory and output finite.
package struct Limits: Sendable, Hashable {
    /// Facts open at once on one host; more are not raised, and counted.
    package var openFactsPerHost = 1000
    /// Keys that one rule remembers; the ones unused for longest are forgotten.
    package var keysPerRule = 100_000
    /// Time between two `updated` events of one fact.
    package var updateInterval = Duration.seconds(10)
    /// How much older than the newest of its key an event may be to change anything.
    package let lateness = Duration.seconds(10)
    /// Whether timers stand still while telemetry lags; not where no broker can hold anything back.
    package var pausesTimers = false
    /// How long nothing must be heard of a host with overdue keys before it counts as silent.
    package let hostSilence = Duration.seconds(60)
    /// Events that a fact names as evidence.
    package let evidence = 10
    /// Events of a key that are kept to take late ones in their order, should so many come within the lateness.
    package let logged = 64
    /// How far an event's time may be off: the kernel's accounting stamps to the second.
    package let accuracy = Duration.seconds(1)

    package init() {}
}
