import ExhaustCore
import ExhaustRuntime
import Glibc

/// What /proc still says of a process that is ending, if its parent has not reaped it yet.
struct ProcessDetails: Sendable, Hashable {
    /// The path of the program; gone once the process has given up its memory.
    var executable: String?
    /// The user who logged in, whatever became of the user id since.
    var loginUserID: UInt32?
    var cgroup: ControlGroup?

    /// Reads what there is of process `pid`; `nil` unless it is ending and started at `startSecond`: numbers are used
    /// again.
    static func read(pid: UInt32, startSecond: UInt64) -> ProcessDetails? {
        // Most are gone by now: that is no error, here and below.
        guard let stat = try? FileContent.read("/proc/\(pid)/stat", limit: 4096),
            let (isEnding, startTicks) = parse(stat: stat), isEnding
        else { return nil }
        var uptime = timespec()
        clock_gettime(CLOCK_BOOTTIME, &uptime)
        let ticks = UInt64(max(1, sysconf(Int32(_SC_CLK_TCK))))
        let boot = Timestamp.now().seconds - Int64(uptime.tv_sec)
        let start = boot + Int64(clamping: startTicks / ticks)
        guard abs(start - Int64(clamping: startSecond)) <= 2 else { return nil }
        // It may be gone between two looks.
        return ProcessDetails(
            executable: link("/proc/\(pid)/exe"),
            loginUserID: (try? FileContent.read("/proc/\(pid)/loginuid", limit: 64)).flatMap(parse(loginUser:)),
            cgroup: (try? FileContent.read("/proc/\(pid)/cgroup", limit: 65_536)).flatMap(ControlGroup.init(file:)))
    }

    /// Whether the process is ending (PF_EXITING), and its start in ticks since boot: fields 9 and 22 of
    /// proc_pid_stat(5).
    static func parse(stat: [UInt8]) -> (isEnding: Bool, startTicks: UInt64)? {
        // The command before may hold anything, also a parenthesis.
        guard let end = stat.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = stat[(end + 1)...].split { $0 == 0x20 || $0 == 0x0a }
        guard fields.count > 19, let flags = UInt32(String(decoding: fields[6], as: UTF8.self)),
            let start = UInt64(String(decoding: fields[19], as: UTF8.self))
        else { return nil }
        return (flags & 4 != 0, start)
    }

    /// The user id of /proc/PID/loginuid; `nil` for nobody.
    static func parse(loginUser bytes: [UInt8]) -> UInt32? {
        guard let user = UInt32(String(decoding: bytes.filter { $0 != 0x0a }, as: UTF8.self)), user != .max else {
            return nil
        }
        return user
    }

    private static func link(_ path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(path, &buffer, buffer.count)
        guard count > 0 else { return nil }
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
