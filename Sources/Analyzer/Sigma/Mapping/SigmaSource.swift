/// Where in an event the value of a rule's field is.
enum SigmaSource: Hashable, Sendable {
    /// A key of the event's data.
    case data(String)
    /// A key of the process at hand: the event's own, or one of `exhaust.cli.processes`.
    case process(String)
    /// The command line of the process at hand.
    case commandLine
    /// An argument of the process at hand, by its place.
    case argument(Int)
    /// The program above the process at hand, `/` and the file's name.
    case parentImage
    /// `true` if this host began the connection, `false` if it was asked.
    case initiated
    /// A part of sudo's message, such as `USER=`.
    case sudo(String)
}
