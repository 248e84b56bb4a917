extension Fault {
    /// The table.
    static let all: [Fault] =
        emitters + brokers + network + shortage + control
}
