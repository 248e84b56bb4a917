import CLinux
import ExhaustCore
import Glibc

/// Sends frames as they are out of an interface of the thread's namespace.
enum FrameSender {
    static func send(_ frames: [[UInt8]], times: Int = 1, from interface: String) throws {
        let descriptor = socket(AF_PACKET, Int32(SOCK_RAW.rawValue), 0)
        guard descriptor >= 0 else { throw ExhaustError(.notPermitted, errno: errno, "cannot send frames") }
        defer { close(descriptor) }
        var address = sockaddr_ll()
        address.sll_family = UInt16(AF_PACKET)
        address.sll_ifindex = Int32(if_nametoindex(interface))
        let length = socklen_t(MemoryLayout<sockaddr_ll>.size)
        for _ in 0..<times {
            for frame in frames {
                let sent = withUnsafeBytes(of: &address) { bytes in
                    bytes.withMemoryRebound(to: sockaddr.self) {
                        sendto(descriptor, frame, frame.count, 0, $0.baseAddress, length)
                    }
                }
                guard sent == frame.count else { throw ExhaustError(.inputOutput, errno: errno, "cannot send a frame") }
            }
        }
    }
}
