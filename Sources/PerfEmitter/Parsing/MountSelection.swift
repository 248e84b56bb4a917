/// Which mounts are worth measuring.
package struct MountSelection: Sendable, Hashable {
    /// Filesystems to measure, each once, in the order in which they were mounted.
    package var measured: [Mount] = []

    /// A filesystem that could not be measured.
    package struct Unmeasured: Sendable, Hashable {
        package var mount: Mount
        package var reason: String
    }

    /// Filesystems that hold no data of their own.
    package static let pseudoTypes: Set<String> = [
        "autofs", "bdev", "binder", "binfmt_misc", "bpf", "cgroup", "cgroup2", "configfs", "cpuset", "debugfs",
        "devfs", "devpts", "devtmpfs", "efivarfs", "fuse.gvfsd-fuse", "fuse.lxcfs", "fuse.portal", "fusectl",
        "hugetlbfs", "mqueue", "none", "nsfs", "pipefs", "proc", "pstore", "ramfs", "resctrl", "rpc_pipefs",
        "securityfs", "selinuxfs", "smackfs", "sockfs", "sysfs", "tracefs",
    ]

    /// Filesystems of servers, whose mounts are told apart by where they are.
    package static let networkTypes: Set<String> = [
        "9p", "afs", "beegfs", "ceph", "cifs", "coda", "gfs", "gfs2", "glusterfs", "lustre", "ncp", "ncpfs", "nfs",
        "nfs4", "ocfs2", "orangefs", "panfs", "smb3", "smbfs",
    ]

    /// Chooses from a table. Types in `excluded` are left out altogether; of a filesystem that is mounted more than
    /// once one mount is taken, as df(1) does: the whole before a part, then the shortest path.
    package init(_ table: [Mount], excluded: Set<String> = []) {
        var visible: [[UInt8]: Mount] = [:]
        for mount in table { visible[mount.point] = mount }
        let mounts = table.filter { visible[$0.point] == $0 && !Self.isLeftOut($0, excluded) }
        var chosen: [String: Mount] = [:]
        for mount in mounts where !Self.isRemote(mount.type) {
            guard let other = chosen[mount.deviceNumber] else {
                chosen[mount.deviceNumber] = mount
                continue
            }
            if Self.rank(mount) < Self.rank(other) { chosen[mount.deviceNumber] = mount }
        }
        var seen: Set<[UInt8]> = []
        for mount in mounts where seen.insert(mount.point).inserted {
            // A server gives each mount a device of its own, so that those are all measured.
            if Self.isRemote(mount.type) || chosen[mount.deviceNumber] == mount { measured.append(mount) }
        }
    }

    private static func isLeftOut(_ mount: Mount, _ excluded: Set<String>) -> Bool {
        // Containers' layers only repeat the filesystem below them; the one that is the root is all there is.
        let isLayer = ["overlay", "squashfs", "erofs"].contains(mount.type) && mount.point != [UInt8(ascii: "/")]
        return isLayer || pseudoTypes.contains(mount.type) || excluded.contains(mount.type)
    }

    private static func isRemote(_ type: String) -> Bool {
        // Programs serve `fuse.*`, and many of them ask a server; `fuseblk` is a local disk.
        networkTypes.contains(type) || type.hasPrefix("fuse.")
    }

    private static func rank(_ mount: Mount) -> (Int, Int) {
        (mount.root == [UInt8(ascii: "/")] ? 0 : 1, mount.point.count)
    }
}
