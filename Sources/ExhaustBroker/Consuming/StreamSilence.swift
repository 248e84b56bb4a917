/// Whether a stream that says nothing may have lost its reader.
///
/// RabbitMQ 3.10.8 may start a stream's writer twice when it recovers. A reader that was attached in between stays with
/// the one that is gone and hears nothing more, without a word. So silence on a young connection is met with another
/// connection, a few times with growing patience; silence of a stream that is idle costs no more than that.
struct StreamSilence: Sendable {
    private var connected: ContinuousClock.Instant = .now
    private var heard: ContinuousClock.Instant = .now
    private var patience = Self.least

    private static let least: Duration = .seconds(5)
    private static let most: Duration = .seconds(45)
    /// A connection that was heard at this age has a reader that lasts.
    private static let youth: Duration = .seconds(60)

    /// A new connection; `isOwn` if it was made because of silence.
    mutating func opened(at now: ContinuousClock.Instant, isOwn: Bool) {
        (connected, heard) = (now, now)
        if !isOwn { patience = Self.least }
    }

    /// A delivery came.
    mutating func delivered(at now: ContinuousClock.Instant) { heard = now }

    /// When to connect anew unless something comes; `nil` if silence means nothing any more.
    var deadline: ContinuousClock.Instant? {
        patience > Self.most || heard - connected > Self.youth ? nil : heard + patience
    }

    /// Another connection is tried.
    mutating func retry() { patience *= 2 }
}
