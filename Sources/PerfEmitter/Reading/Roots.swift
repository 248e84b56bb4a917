import Glibc

/// Where a host's files are: `/proc` and so on, or a recorded tree.
package struct Roots: Sendable, Hashable {
    package var proc: String
    package var sys: String
    package var rootfs: String
    /// A recorded tree is the state of another machine: its filesystems cannot be asked.
    package var isRecorded: Bool

    package init(proc: String = "/proc", sys: String = "/sys", rootfs: String = "/", isRecorded: Bool = false) {
        self.proc = proc
        self.sys = sys
        self.rootfs = rootfs
        self.isRecorded = isRecorded
    }

    /// The tree below `folder`, with `proc` and `sys` in it.
    package static func recorded(_ folder: String) -> Roots {
        Roots(proc: "\(folder)/proc", sys: "\(folder)/sys", rootfs: folder, isRecorded: true)
    }

    /// The folder of the host's network files. /proc/net is that of the reader's own network namespace, which in a
    /// container is the container's; pid 1 of the mounted /proc has the host's. Recorded trees have the former.
    var net: String {
        let ofInit = "\(proc)/1/net"
        return rootfs != "/" && access("\(ofInit)/dev", R_OK) == 0 ? ofInit : "\(proc)/net"
    }
}
