/// The literals of one field as a tree of bytes, out of which the automaton is made.
struct LiteralTrie {
    /// What ends at a node, by where in the text it must stand.
    struct Ends {
        var contained: [Int32] = []
        var prefixes: [Int32] = []
        var suffixes: [Int32] = []

        var isEmpty: Bool { contained.isEmpty && prefixes.isEmpty && suffixes.isEmpty }
    }

    struct Node {
        var children: [(byte: UInt8, node: Int)] = []
        var ends = Ends()
    }

    private(set) var nodes = [Node()]

    /// Adds a text, folded and not empty, that `rule` asks for.
    mutating func add(_ text: some Sequence<UInt8>, _ kind: Literal.Kind, _ rule: Int32) {
        var place = 0
        for byte in text {
            if let child = nodes[place].children.first(where: { $0.byte == byte }) {
                place = child.node
            } else {
                nodes.append(Node())
                nodes[place].children.append((byte, nodes.count - 1))
                place = nodes.count - 1
            }
        }
        switch kind {
        case .prefix: nodes[place].ends.prefixes.append(rule)
        case .suffix: nodes[place].ends.suffixes.append(rule)
        case .contains, .equals: nodes[place].ends.contained.append(rule)
        }
    }
}
