import ExhaustCore
import Glibc
import Testing

@testable import PerfEmitter

@Suite("collectors, with the recorded tree")
struct CollectorTests {
    private func sample(_ names: String...) -> ValueMap {
        let setup = CollectorRegistry.Setup(.recorded(Fixture.host))
        var sampler = Sampler(CollectorRegistry.entries.filter { names.contains($0.name) }.map { $0.make(setup) })
        return sampler.sample(at: Timestamp(seconds: 0)).data
    }

    @Test("interfaces: numbers beyond 2^53 stay exact, a name ends at its last colon, a cut line is none")
    func interfaces() throws {
        let list = try #require(sample("network")["system.network"]?.list)
        #expect(list.map { $0["network.interface.name"] } == ["lo", "eth0", "eth0:1"])
        let expected: Value = [
            "network.interface.name": "eth0",
            "system.network.io": ["receive": 9_007_199_254_740_993, "transmit": 800_000],
            "system.network.packet.count": ["receive": 70_000, "transmit": 60_000],
            "system.network.errors": ["receive": 1, "transmit": 7],
            "system.network.packet.dropped": ["receive": 2, "transmit": 8],
            "exhaust.network.errors": [
                "receive_fifo": 3, "receive_frame": 4, "receive_compressed": 5, "receive_multicast": 6,
                "transmit_fifo": 9, "transmit_collisions": 10, "transmit_carrier": 11, "transmit_compressed": 12,
            ],
            "exhaust.network.state": "up", "exhaust.network.mtu": 1500, "exhaust.network.flags": 0x1003,
            "exhaust.network.speed": 125_000_000,
        ]
        #expect(list[1] == expected)
    }

    @Test("protocols, sockets and connection tracking")
    func protocols() {
        let data = sample("protocol", "socket", "conntrack", "softnet")
        #expect(
            data["exhaust.network.protocol"]
                == [
                    "Ip": ["InReceives": 5000, "InHdrErrors": 2], "Tcp": ["ActiveOpens": 40, "RetransSegs": 9],
                    "Udp": ["InDatagrams": 300, "NoPorts": 4, "RcvbufErrors": 1],
                    "TcpExt": ["SyncookiesSent": 1, "ListenOverflows": 5, "ListenDrops": 6],
                    "IpExt": ["InNoRoutes": 0, "InOctets": 123_456], "Ip6": ["InOctets": 1000], "Udp6": ["InErrors": 2],
                ])
        #expect(data["exhaust.network.tcp.established"] == 12)
        #expect(data["exhaust.network.ip.forwarding"] == true)
        let sockets: Value = ["inuse": 12, "orphan": 0, "tw": 3, "alloc": 14, "mem": 8192]
        #expect(data["exhaust.network.sockets"]?["TCP"] == sockets)
        #expect(data["exhaust.conntrack.utilization"] == 0.25)
        #expect(data["exhaust.conntrack.counters"]?["found"] == 17)
        #expect(data["exhaust.conntrack.counters"]?["drop"] == 4)
        #expect(data["exhaust.softnet"]?.list?.map { $0["exhaust.softnet.processed"] } == [10, 20])
    }

    @Test("users: only sessions count, what is cut short is left out")
    func sessions() {
        func record(_ type: Int32, _ user: String, _ line: String, _ host: String) -> [UInt8] {
            var record = utmpx()
            record.ut_type = Int16(type)
            record.ut_pid = 4711
            record.ut_tv.tv_sec = 1_795_000_000
            withUnsafeMutableBytes(of: &record.ut_user) { $0.copyBytes(from: user.utf8) }
            withUnsafeMutableBytes(of: &record.ut_line) { $0.copyBytes(from: line.utf8) }
            withUnsafeMutableBytes(of: &record.ut_host) { $0.copyBytes(from: host.utf8) }
            return withUnsafeBytes(of: record) { Array($0) }
        }
        // A name may fill its field to the end, without a zero.
        let long = String(repeating: "x", count: 32)
        let file =
            record(BOOT_TIME, "reboot", "~", "6.1") + record(USER_PROCESS, long, "pts/0", "192.0.2.7")
            + record(DEAD_PROCESS, "gone", "pts/1", "") + record(USER_PROCESS, "root", "tty1", "")
            + record(USER_PROCESS, "cut", "tty2", "").dropLast()
        let sessions = SessionCollector.sessions(file[...])
        let start: Value = .string(Timestamp(seconds: 1_795_000_000).description)
        #expect(
            sessions == [
                [
                    "user.name": .string(long), "exhaust.session.terminal": "pts/0", "process.pid": 4711,
                    "exhaust.session.start": start, "client.address": "192.0.2.7",
                ],
                [
                    "user.name": "root", "exhaust.session.terminal": "tty1", "process.pid": 4711,
                    "exhaust.session.start": start,
                ],
            ])
    }

    @Test("control groups of version 1 are joined by path; the largest number of pages is no limit")
    func groups() {
        let expected: Value = [
            [
                "exhaust.cgroup.path": "/system.slice", "exhaust.cgroup.cpu.time": ["user": 15.0, "system": 5.0],
                "exhaust.cgroup.memory.usage": 104_857_600,
            ],
            [
                "exhaust.cgroup.path": "/system.slice/nginx.service",
                "exhaust.cgroup.cpu.time": ["user": 3.0, "system": 1.0], "exhaust.cgroup.cpu.throttled": 1.5,
                "exhaust.cgroup.memory.usage": 4_194_304, "exhaust.cgroup.memory.limit": 67_108_864,
                "exhaust.cgroup.oom_kills": 3, "exhaust.cgroup.tasks": 5,
            ],
        ]
        #expect(sample("cgroup")["exhaust.cgroups"] == expected)
    }

    @Test("power: volts, watts, watt-hours and joules")
    func power() {
        let data = sample("power", "temperature")
        let supplies: Value = [
            ["hw.id": "AC", "hw.type": "Mains", "exhaust.power.online": 1.0],
            [
                "hw.id": "BAT0", "hw.type": "Battery", "hw.state": "Discharging", "exhaust.power.present": 1.0,
                "hw.battery.charge": 0.81, "exhaust.battery.cycles": 42.0, "hw.voltage": 12.229, "hw.power": 4.83,
                "exhaust.battery.energy": 36.58, "exhaust.battery.energy_full": 45.07,
            ],
        ]
        #expect(data["exhaust.power"] == supplies)
        let energy: Value = [["hw.id": "intel-rapl:0", "hw.energy": 240422.366267, "hw.name": "package-0"]]
        #expect(data["exhaust.energy"] == energy)
        let sensors: Value = [
            ["hw.id": "hwmon0/fan1", "hw.fan.speed": 1200.0, "hw.parent": "k10temp"],
            ["hw.id": "hwmon0/in0", "hw.voltage": 1.056, "hw.parent": "k10temp"],
            [
                "hw.id": "hwmon0/temp1", "hw.temperature": 61.5, "hw.parent": "k10temp", "hw.temperature.limit": 95.0,
            ],
            ["hw.id": "thermal_zone0", "hw.temperature": 48.312, "hw.name": "cpu-thermal"],
        ]
        #expect(data["exhaust.sensors"] == sensors)
    }

    @Test("hardware: an array that is being mended, and errors of memory")
    func hardware() {
        let data = sample("hardware")
        let arrays: Value = [
            [
                "system.device": "md0", "exhaust.raid.state": "active", "exhaust.raid.level": "raid1",
                "exhaust.raid.disks": 2, "exhaust.raid.missing_disks": 1, "exhaust.raid.action": "recover",
                "exhaust.raid.progress": 0.25,
            ]
        ]
        #expect(data["exhaust.raid"] == arrays)
        let errors: Value = [["hw.id": "mc0", "exhaust.edac.corrected": 7, "exhaust.edac.uncorrected": 1]]
        #expect(data["exhaust.edac"] == errors)
    }

    @Test("disks, interrupts, pages and limits of the kernel")
    func kernel() {
        let data = sample("disk", "interrupt", "paging", "pressure", "kernel", "frequency")
        #expect(data["system.disk"]?.list?.map { $0["system.device"] } == ["sda"])
        let disk = data["system.disk"]?.list?.first
        #expect(disk?["system.disk.io"] == ["read": 1_048_576, "write": 524_288, "discard": 8192])
        #expect(disk?["system.disk.operation_time"] == ["read": 0.03, "write": 0.04, "discard": 0.008, "flush": 0.01])
        #expect(data["exhaust.interrupts"] == ["1": 11, "NMI": 3, "ERR": 3])
        #expect(data["exhaust.softirqs"] == ["TIMER": 30, "NET_RX": 7])
        #expect(data["system.paging.faults"] == ["major": 10, "minor": 990])
        #expect(data["exhaust.memory.oom_kills"] == 1)
        #expect(data["exhaust.pressure.share"] == ["cpu": ["some": 0.125, "full": 0.0]])
        #expect(data["exhaust.kernel.taint"] == 512)
        #expect(data["exhaust.file_handles.limit"] == 65_536)
        let frequencies = data["exhaust.cpu.frequencies"]?.list?.map { $0["system.cpu.frequency"] }
        #expect(frequencies == [1_200_500_000.0, 800_000_000.0])
    }
}
