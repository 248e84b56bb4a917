/// `ac_flag` of linux/acct.h.
package struct AcctFlags: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Forked, but did not exec.
    package static let fork = AcctFlags(rawValue: 0x01)
    /// Used super-user privileges.
    package static let superUser = AcctFlags(rawValue: 0x02)
    /// Used compatibility mode (VAX only).
    package static let compatibility = AcctFlags(rawValue: 0x04)
    /// Dumped core.
    package static let core = AcctFlags(rawValue: 0x08)
    /// Was killed by a signal.
    package static let signal = AcctFlags(rawValue: 0x10)
    /// Was the last task of its process.
    package static let group = AcctFlags(rawValue: 0x20)

    private static let table: [(flag: AcctFlags, name: String)] = [
        (.fork, "AFORK"), (.superUser, "ASU"), (.compatibility, "ACOMPAT"), (.core, "ACORE"), (.signal, "AXSIG"),
        (.group, "AGROUP"),
    ]

    /// The header's names of the flags that are set.
    package var names: [String] { Self.table.filter { contains($0.flag) }.map(\.name) }
}
