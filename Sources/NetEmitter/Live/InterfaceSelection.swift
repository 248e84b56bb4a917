import Glibc

/// Which interfaces are captured.
package struct InterfaceSelection: Sendable, Hashable {
    /// Names and patterns (fnmatch(3)), of which one must match; with `!` before it, it must not. Empty: all but the
    /// loopback, each packet once.
    package var patterns: [String]

    package init(_ patterns: [String] = []) { self.patterns = patterns }

    /// The interfaces of `all` that are chosen.
    package func choose(among all: [Interface]) -> [Interface] {
        let wanted = patterns.filter { !$0.hasPrefix("!") }
        let unwanted = patterns.filter { $0.hasPrefix("!") }.map { String($0.dropFirst()) }
        let indexes = Set(all.map(\.index))
        return all.filter { interface in
            let isWanted =
                wanted.isEmpty
                ? !interface.isLoopback && !Self.isRepeated(interface, indexes)
                : wanted.contains { fnmatch($0, interface.name, 0) == 0 }
            return isWanted && !unwanted.contains { fnmatch($0, interface.name, 0) == 0 }
        }
    }

    /// The indexes of `chosen` in as few ranges as there can be without one of the others of `all`.
    static func ranges(of chosen: [Interface], among all: [Interface]) -> [ClosedRange<Int32>] {
        let indexes = Set(chosen.map(\.index))
        var ranges: [ClosedRange<Int32>] = []
        var isOpen = false
        for index in all.map(\.index).sorted() {
            if indexes.contains(index), isOpen, let last = ranges.popLast() {
                ranges.append(last.lowerBound...index)
            } else if indexes.contains(index) {
                ranges.append(index...index)
            }
            isOpen = indexes.contains(index)
        }
        return ranges
    }

    /// Whether what this interface carries for this host is seen at another one as well: at the bridge or bond that it
    /// is part of, or at the interface that it stands on.
    private static func isRepeated(_ interface: Interface, _ all: Set<Int32>) -> Bool {
        if let master = interface.master, all.contains(master) { return true }
        guard let lower = interface.lower, stacked.contains(interface.kind ?? "") else { return false }
        return all.contains(lower)
    }

    /// Kinds whose frames pass the interface below them as they are; tunnels wrap theirs, and ends of a veth pair see
    /// different sides.
    private static let stacked: Set<String> = ["vlan", "macvlan", "macvtap", "ipvlan", "ipvtap"]

    /// The names that no interface of `all` has, of those that are no patterns.
    package func missing(among all: [Interface]) -> [String] {
        patterns.filter { name in
            !name.contains { "!*?[".contains($0) } && !all.contains { $0.name == name }
        }
    }
}
