package import ExhaustCore
package import Glibc

/// The file of a Unix datagram socket: made by this program, and removed by it if it is still its own.
package struct UnixSocketFile: Sendable {
    package let path: String
    private let device: dev_t
    private let inode: ino_t

    /// The longest path that sockaddr_un takes (unix(7)).
    package static let pathLimit = 107

    /// Binds a datagram socket to `path`, writable for all, as syslog(3) of any user needs it. A socket that no one
    /// listens on any more is replaced; anything else at the path is left alone and is an error.
    package static func bind(_ path: String) throws(ExhaustError) -> (Socket, UnixSocketFile) {
        let socket: Socket
        do {
            socket = try Socket(family: AF_UNIX, type: SOCK_DGRAM)
        } catch {
            throw ExhaustError(.unavailable, errno: error.number, "cannot open a socket", at: path)
        }
        try makeWay(path)
        makeFolder(of: path)
        guard withAddress(path, { Glibc.bind(socket.descriptor, $0, $1) }) == 0 else {
            let number = errno
            throw ExhaustError(
                number == EACCES || number == EROFS ? .notPermitted : .cannotCreate, errno: number,
                "cannot make the socket", at: path)
        }
        var status = stat()
        guard chmod(path, 0o666) == 0, lstat(path, &status) == 0 else {
            let number = errno
            unlink(path)
            throw ExhaustError(.cannotCreate, errno: number, "cannot open the socket to all users", at: path)
        }
        // Asks the kernel for SCM_CREDENTIALS with each datagram, and for when it was sent.
        socket.set(SO_PASSCRED, 1)
        socket.set(SO_TIMESTAMPNS, 1)
        return (socket, UnixSocketFile(path: path, device: status.st_dev, inode: status.st_ino))
    }

    /// Removes the file, unless another program has put its own there since.
    package func remove() {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_dev == device, status.st_ino == inode else { return }
        unlink(path)
    }

    private static func makeWay(_ path: String) throws(ExhaustError) {
        var status = stat()
        guard stat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw ExhaustError(.cannotCreate, "there is a file at the socket's path that is no socket", at: path)
        }
        guard let probe = try? Socket(family: AF_UNIX, type: SOCK_DGRAM) else { return }  // bind will say what is wrong
        if withAddress(path, { connect(probe.descriptor, $0, $1) }) != 0, errno == ECONNREFUSED {
            unlink(path)
            return
        }
        throw ExhaustError(
            .unavailable, "another program listens on the socket", at: path,
            advice: "stop it, or set another path")
    }

    /// Makes the folder that the socket lies in, if only that one is missing; bind says so if it cannot be made.
    private static func makeFolder(of path: String) {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return }
        mkdir(String(path[..<slash]), 0o755)
    }

    /// Calls `body` with the address of `path`, for bind(2) or connect(2). What is past `pathLimit` is cut off.
    package static func withAddress(
        _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(pathLimit)) }
        return withUnsafeBytes(of: &address) { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) { pointer in
                guard let base = pointer.baseAddress else { return -1 }
                return body(base, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
