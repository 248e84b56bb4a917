package import ExhaustCore

/// One frame of a capture file.
package struct CapturedFrame {
    package let linkType: LinkType
    /// When it was captured, by the file.
    package let time: Timestamp
    /// Bytes of the frame on the wire, never fewer than were captured.
    package let frameLength: Int
    /// What was captured. It is good until the file is asked for the next frame.
    package let bytes: FrameBytes
}
