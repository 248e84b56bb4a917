/// Finds all literals of a field in one pass over its text (Aho and Corasick, 1975), whatever the case of letters.
///
/// States are numbered by depth. The shallow ones, where a scan spends its time, have a row with a successor for every
/// class of bytes; the others have their edges and a link to where the search goes on without one. So memory is at most
/// `denseEntries` successors and some 20 bytes for every byte of the literals.
struct LiteralAutomaton: Sendable {
    /// Successors in all rows together, of 4 bytes each.
    static let denseEntries = 1 << 18

    /// Bytes that no literal tells apart are of one class.
    private var classes = [UInt8](repeating: 0, count: 256)
    private var shift = 0
    private var denseCount = 0
    /// A successor; negative, `~state`, if literals end there.
    private var rows: [Int32] = []
    private var edges: [Edge] = []
    private var states: [State] = []
    private var outputs: [Output] = []
    private var rules: [Int32] = []

    private struct Edge {
        let column: UInt8
        let target: Int32
    }

    private struct State {
        var depth: Int32
        /// The state of the longest end of what was read that begins a literal.
        var link: Int32 = 0
        /// The first output here or down the links; -1 if there is none.
        var output: Int32 = -1
        var firstEdge: Int32 = 0
    }

    /// Rules whose literals end at a state: places in `rules` where those contained, prefixes and suffixes begin.
    private struct Output {
        let contained: Int32
        let prefixes: Int32
        let suffixes: Int32
        let end: Int32
        let depth: Int32
        /// The next output down the links; -1 if there is none.
        let next: Int32
        /// The scans that last took them: once is enough.
        var containedIn: UInt64 = 0
        var prefixesIn: UInt64 = 0
        var suffixesIn: UInt64 = 0
    }

    /// An automaton for what `trie` holds.
    init(_ trie: LiteralTrie) {
        makeClasses(trie)
        let order = makeStates(trie)
        makeLinks(trie, order)
        makeRows()
    }

    /// Bytes that it takes.
    var size: Int {
        rows.count * 4 + edges.count * MemoryLayout<Edge>.stride + states.count * MemoryLayout<State>.stride
            + outputs.count * MemoryLayout<Output>.stride + rules.count * 4
    }
}

// Building.
extension LiteralAutomaton {
    private mutating func makeClasses(_ trie: LiteralTrie) {
        var isUsed = [Bool](repeating: false, count: 256)
        for node in trie.nodes { for child in node.children { isUsed[Int(child.byte)] = true } }
        var count: UInt8 = 0
        for byte in 0..<256 where isUsed[byte] {
            count += 1
            classes[byte] = count
        }
        for letter in UInt8(ascii: "A")...UInt8(ascii: "Z") { classes[Int(letter)] = classes[Int(letter | 32)] }
        while 1 << shift <= count { shift += 1 }
    }

    /// Gives each node of the trie a state, by depth. Gives the nodes in that order.
    private mutating func makeStates(_ trie: LiteralTrie) -> [Int] {
        var order = [0]
        states = [State(depth: 0)]
        var next = 0
        while next < order.count {
            states[next].firstEdge = Int32(edges.count)
            for child in trie.nodes[order[next]].children {
                edges.append(Edge(column: classes[Int(child.byte)], target: Int32(order.count)))
                states.append(State(depth: states[next].depth + 1))
                order.append(child.node)
            }
            next += 1
        }
        states.append(State(depth: 0, firstEdge: Int32(edges.count)))
        return order
    }

    private mutating func makeLinks(_ trie: LiteralTrie, _ order: [Int]) {
        for state in order.indices {
            let link = Int(states[state].link)
            addOutput(trie.nodes[order[state]].ends, state, next: state == 0 ? -1 : states[link].output)
            for edge in edges[edgeRange(state)] {
                var place = link
                while state != 0, place != 0, successor(place, edge.column) == nil { place = Int(states[place].link) }
                states[Int(edge.target)].link = state == 0 ? 0 : successor(place, edge.column) ?? 0
            }
        }
    }

    private mutating func addOutput(_ ends: LiteralTrie.Ends, _ state: Int, next: Int32) {
        states[state].output = next
        guard !ends.isEmpty else { return }
        let start = rules.count
        rules += ends.contained + ends.prefixes + ends.suffixes
        states[state].output = Int32(outputs.count)
        outputs.append(
            Output(
                contained: Int32(start), prefixes: Int32(start + ends.contained.count),
                suffixes: Int32(rules.count - ends.suffixes.count), end: Int32(rules.count),
                depth: states[state].depth, next: next))
    }

    /// Rows for as many states as there is room for, at least the first.
    private mutating func makeRows() {
        let count = states.count - 1
        denseCount = min(count, max(1, Self.denseEntries >> shift))
        rows = [Int32](repeating: 0, count: denseCount << shift)
        for state in 0..<denseCount {
            let row = state << shift
            if state > 0 {
                let link = Int(states[state].link) << shift
                for column in 0..<1 << shift { rows[row + column] = rows[link + column] }
            }
            for edge in edges[edgeRange(state)] { rows[row + Int(edge.column)] = marked(edge.target) }
        }
        edges = edges.map { Edge(column: $0.column, target: marked($0.target)) }
    }

    private func edgeRange(_ state: Int) -> Range<Int> {
        Int(states[state].firstEdge)..<Int(states[state + 1].firstEdge)
    }

    private func successor(_ state: Int, _ column: UInt8) -> Int32? {
        edges[edgeRange(state)].first { $0.column == column }?.target
    }

    private func marked(_ state: Int32) -> Int32 { states[Int(state)].output < 0 ? state : ~state }
}

// Searching.
extension LiteralAutomaton {
    /// Marks the rules whose literals occur in `text`. In all texts of a `scan` each literal counts once, so that those
    /// full of hits cost no more than others.
    mutating func search(_ text: UnsafeBufferPointer<UInt8>, scan: UInt64, _ found: inout RuleBits) {
        var state = 0
        for position in text.indices {
            var next = follow(state, Int(classes[Int(text[position])]))
            if next < 0 {
                next = ~next
                note(Int(next), position + 1, scan, &found)
            }
            state = Int(next)
        }
        var output = states[state].output
        while output >= 0 {
            let index = Int(output)
            if outputs[index].suffixesIn != scan {
                outputs[index].suffixesIn = scan
                found.insert(rules[Int(outputs[index].suffixes)..<Int(outputs[index].end)])
            }
            output = outputs[index].next
        }
    }

    private func follow(_ state: Int, _ column: Int) -> Int32 {
        var state = state
        while state >= denseCount {
            for edge in Int(states[state].firstEdge)..<Int(states[state + 1].firstEdge)
            where Int(edges[edge].column) == column {
                return edges[edge].target
            }
            state = Int(states[state].link)
        }
        return rows[state << shift + column]
    }

    /// Literals end where `length` bytes were read.
    private mutating func note(_ state: Int, _ length: Int, _ scan: UInt64, _ found: inout RuleBits) {
        let first = Int(states[state].output)
        if Int(outputs[first].depth) == length, outputs[first].prefixesIn != scan {
            outputs[first].prefixesIn = scan
            found.insert(rules[Int(outputs[first].prefixes)..<Int(outputs[first].suffixes)])
        }
        var output = first
        while output >= 0, outputs[output].containedIn != scan {
            outputs[output].containedIn = scan
            found.insert(rules[Int(outputs[output].contained)..<Int(outputs[output].prefixes)])
            output = Int(outputs[output].next)
        }
    }
}
