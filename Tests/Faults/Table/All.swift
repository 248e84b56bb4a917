extension Fault {
    /// The table.
    static let all: [Fault] =
        emitters + accounting + brokers + network + shortage + deliveries + clocks + certificate + control
}
