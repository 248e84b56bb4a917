import ExhaustCore
import ExhaustRuntime

/// Who has a socket: its process where it is known, else what the kernel knows of the socket itself.
final class SocketOwner: Sendable {
    let pid: Int32?
    /// In clock ticks since the machine's start: with the pid it names a process until the next one.
    let startTicks: UInt64?
    /// The kernel's short name, 15 bytes at most.
    let name: String?
    let executable: String?
    /// The process's effective user; without a process the socket's.
    let userID: UInt32?
    let userName: String?
    let unit: String?
    let container: String?

    init(_ process: ProcessFiles.Details, pid: Int32, userName: String?) {
        self.pid = pid
        startTicks = process.startTicks
        name = process.name
        executable = process.executable
        userID = process.userID
        self.userName = userName
        unit = process.group?.unit
        container = process.group?.container
    }

    /// An owner of which no process is known.
    init(userID: UInt32?, userName: String?, group: ControlGroup?) {
        (pid, startTicks, name, executable) = (nil, nil, nil, nil)
        self.userID = userID
        self.userName = userName
        unit = group?.unit
        container = group?.container
    }

    /// Adds what is known to a record's data.
    func add(to data: inout ValueMap) {
        data["process.pid"] = pid.map { .int(Int64($0)) }
        data["process.command"] = name.map { .string($0) }
        data["process.executable.path"] = executable.map { .string($0) }
        data["process.user.id"] = userID.map { .int(Int64($0)) }
        data["process.user.name"] = userName.map { .string($0) }
        data["exhaust.systemd.unit"] = unit.map { .string($0) }
        data["container.id"] = container.map { .string($0) }
    }
}
