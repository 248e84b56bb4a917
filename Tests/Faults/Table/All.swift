extension Fault {
    /// The table.
    static let all: [Fault] =
        emitters + syslog + accounting + spool + brokers + cluster + network + shortage + deliveries + clocks
        + certificate + control
}
