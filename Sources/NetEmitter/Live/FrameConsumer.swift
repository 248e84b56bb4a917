package import ExhaustCore

/// Takes what one thread captures, on that thread.
package protocol FrameConsumer: SendableMetatype {
    /// Takes frames, whose bytes are good until it returns.
    mutating func take(_ frames: FrameBatch)
    /// Has time for other things: called at least once a second, and whenever a tenth of one has passed without frames.
    mutating func rest(at now: Timestamp)
    /// No more comes.
    mutating func finish(at now: Timestamp)
}
