extension Fault {
    /// The table. Faults share a broker, and an outcome is judged only while every emitter that was ever heard of the
    /// host can be heard: so those with another emitter than the probe come last.
    static let all: [Fault] =
        control + windows + deliveries + clocks + certificate + network + shortage + brokers + spool + emitters + syslog
        + rotation + accounting + cluster
}
