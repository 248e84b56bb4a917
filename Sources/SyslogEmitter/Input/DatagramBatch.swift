import CLinux
import ExhaustCore
import ExhaustRuntime
import Glibc

/// Room for the datagrams that one system call receives.
final class DatagramBatch {
    /// How many bytes of a datagram are kept.
    let size: Int
    private let buffer: UnsafeMutableRawBufferPointer
    private var datagrams: [exhaust_datagram]

    /// Room for as many datagrams of `size` bytes as fit into 4 MiB: 64 at most, and one at least.
    init(size: Int) {
        self.size = size
        datagrams = Array(repeating: exhaust_datagram(), count: max(1, min(64, (4 << 20) / size)))
        buffer = .allocate(byteCount: size * datagrams.count, alignment: 16)
    }

    deinit { buffer.deallocate() }

    /// How many datagrams fit.
    var capacity: Int { datagrams.count }

    /// Receives what there is, without waiting; gives how many datagrams.
    func receive(from socket: Socket) -> Int {
        let count = datagrams.withUnsafeMutableBufferPointer {
            exhaust_receive_datagrams(
                socket.descriptor, buffer.baseAddress, size, UInt32($0.count), $0.baseAddress)
        }
        return Int(max(0, count))
    }

    /// Where the datagram at `index` came from; for `body` to read, since an address is read in place.
    func withSender<Result>(_ index: Int, _ body: (inout exhaust_sender) -> Result) -> Result {
        body(&datagrams[index].sender)
    }

    /// When the kernel took the datagram at `index`, by the real-time clock.
    func sent(_ index: Int) -> Timestamp {
        Timestamp(seconds: datagrams[index].sent_seconds, nanoseconds: datagrams[index].sent_nanoseconds)
    }

    /// The datagram at `index`, cut to `limit` bytes; `nil` if it is empty.
    func frame(_ index: Int, limit: Int) -> Frame? {
        let length = datagrams[index].length
        guard length > 0 else { return nil }
        let kept = UnsafeRawBufferPointer(rebasing: buffer[(index * size)...].prefix(min(length, size, limit)))
        var frame = Frame(bytes: Array(kept), length: length)
        if frame.isTruncated { frame.endAtCharacter() }
        return frame
    }
}
