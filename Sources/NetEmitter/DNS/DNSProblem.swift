/// What is wrong with a DNS message.
package enum DNSProblem: Error, Hashable, CustomStringConvertible {
    /// Fewer than the 12 bytes of a header.
    case noHeader
    /// The message ends before its counts say, inside this section.
    case ends(DNSSection)
    /// A name's pointer does not point to what came before it.
    case pointer
    /// More pointers follow each other than a name can have labels.
    case pointerChain
    /// A name of more than 255 bytes.
    case longName
    /// A label that is neither text nor a pointer (RFC 6891 section 5).
    case labelType(UInt8)
    /// Data of a record that does not have the form of its type.
    case data(DNSType)
    /// More than one OPT record.
    case options
    /// A message over TCP whose length is less than a header's.
    case length(Int)

    package var description: String {
        switch self {
        case .noHeader: "it is shorter than a header"
        case .ends(let section): "it ends in the \(section) section"
        case .pointer: "a name's pointer does not point back"
        case .pointerChain: "a name has too many pointers"
        case .longName: "a name is longer than 255 bytes"
        case .labelType(let byte): "a name has a label of type \(byte >> 6)"
        case .data(let type): "the data of a \(type) record is malformed"
        case .options: "it has more than one OPT record"
        case .length(let count): "its length over TCP is \(count)"
        }
    }
}

/// The parts of a DNS message.
package enum DNSSection: String, Hashable {
    case question, answer, authority, additional
}
