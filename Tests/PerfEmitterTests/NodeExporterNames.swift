import ExhaustCore

/// A sample in node_exporter's names and units.
///
/// Interrupts are told of by CPU there and of all CPUs together here; sensors are named after their driver there and
/// after their folder here: the former are compared as sums, the latter as sorted values.
struct NodeExporterNames {
    private(set) var metrics: [String: Double] = [:]
    private var unnamed: [String: [Double]] = [:]

    init(_ data: ValueMap) {
        cpu(data)
        memory(data)
        disks(data)
        network(data)
        kernel(data)
        processes(data)
        hardware(data)
        for (name, values) in unnamed { metrics.merge(Self.sorted(name, values)) { _, new in new } }
    }

    /// The same for a list of values whose names do not match.
    static func sorted(_ name: String, _ values: [Double]) -> [String: Double] {
        Dictionary(uniqueKeysWithValues: values.sorted().enumerated().map { ("\(name)[\($0)]", $1) })
    }

    private mutating func note(_ name: String, _ value: Value?, times factor: Double = 1) {
        if let number = value?.number { metrics["node_\(name)"] = number * factor }
    }

    private mutating func cpu(_ data: ValueMap) {
        for cpu in data["system.cpu"]?.list ?? [] {
            let number = cpu["cpu.logical_number"]?.int ?? -1
            for (mode, value) in cpu["system.cpu.time"]?.map?.entries ?? [] {
                note("cpu_seconds_total{cpu=\"\(number)\",mode=\"\(mode == "interrupt" ? "irq" : mode)\"}", value)
            }
            for (mode, value) in cpu["exhaust.cpu.guest_time"]?.map?.entries ?? [] {
                note("cpu_guest_seconds_total{cpu=\"\(number)\",mode=\"\(mode)\"}", value)
            }
        }
        for cpu in data["exhaust.cpu.frequencies"]?.list ?? [] {
            let number = cpu["cpu.logical_number"]?.int ?? -1
            if let hertz = cpu["system.cpu.frequency"]?.number {
                unnamed["node_cpu_frequency_hertz", default: []].append(hertz)
            }
            if let count = cpu["exhaust.cpu.throttled"]?.number {
                unnamed["node_cpu_core_throttles_total", default: []].append(count)
            }
            note("cpu_scaling_frequency_min_hertz{cpu=\"\(number)\"}", cpu["exhaust.cpu.frequency.min"])
            note("cpu_scaling_frequency_max_hertz{cpu=\"\(number)\"}", cpu["exhaust.cpu.frequency.max"])
        }
        note("load1", data["exhaust.load.1m"])
        note("load5", data["exhaust.load.5m"])
        note("load15", data["exhaust.load.15m"])
        note("intr_total", data["exhaust.cpu.interrupts"])
        note("context_switches_total", data["exhaust.cpu.context_switches"])
        note("forks_total", data["system.process.created"])
        note("procs_running", data["exhaust.process.runnable"])
        note("procs_blocked", data["exhaust.process.blocked"])
        note("boot_time_seconds", data["exhaust.boot.time"])
        for (type, value) in data["exhaust.interrupts"]?.map?.entries ?? [] {
            note("interrupts_total{type=\"\(type)\"}", value)
        }
        for (type, value) in data["exhaust.softirqs"]?.map?.entries ?? [] {
            note("softirqs_functions_total{type=\"\(type)\"}", value)
        }
    }

    private mutating func memory(_ data: ValueMap) {
        for (name, value) in data["exhaust.memory"]?.map?.entries ?? [] {
            let plain = name.replacing("(", with: "_").replacing(")", with: "")
            note("memory_\(plain)\(plain.hasPrefix("HugePages_") ? "" : "_bytes")", value)
        }
        if let major = data["system.paging.faults"]?["major"]?.number,
            let minor = data["system.paging.faults"]?["minor"]?.number
        {
            note("vmstat_pgfault", .double(major + minor))
            note("vmstat_pgmajfault", .double(major))
        }
        note("vmstat_pgpgin", data["exhaust.paging.io"]?["in"], times: 1 / 1024)
        note("vmstat_pgpgout", data["exhaust.paging.io"]?["out"], times: 1 / 1024)
        note("vmstat_pswpin", data["system.paging.operations"]?["in"])
        note("vmstat_pswpout", data["system.paging.operations"]?["out"])
        note("vmstat_oom_kill", data["exhaust.memory.oom_kills"])
        for (resource, kinds) in data["exhaust.pressure.time"]?.map?.entries ?? [] {
            note("pressure_\(resource)_waiting_seconds_total", kinds["some"])
            note("pressure_\(resource)_stalled_seconds_total", kinds["full"])
        }
    }

    private mutating func disks(_ data: ValueMap) {
        for disk in data["system.disk"]?.list ?? [] {
            let device = "{device=\"\(disk["system.device"]?.string ?? "")\"}"
            let (operations, time) = (disk["system.disk.operations"], disk["system.disk.operation_time"])
            let (io, merged) = (disk["system.disk.io"], disk["system.disk.merged"])
            note("disk_read_bytes_total\(device)", io?["read"])
            note("disk_written_bytes_total\(device)", io?["write"])
            note("disk_discarded_sectors_total\(device)", io?["discard"], times: 1 / 512)
            note("disk_reads_completed_total\(device)", operations?["read"])
            note("disk_writes_completed_total\(device)", operations?["write"])
            note("disk_discards_completed_total\(device)", operations?["discard"])
            note("disk_flush_requests_total\(device)", operations?["flush"])
            note("disk_read_time_seconds_total\(device)", time?["read"])
            note("disk_write_time_seconds_total\(device)", time?["write"])
            note("disk_discard_time_seconds_total\(device)", time?["discard"])
            note("disk_flush_requests_time_seconds_total\(device)", time?["flush"])
            note("disk_reads_merged_total\(device)", merged?["read"])
            note("disk_writes_merged_total\(device)", merged?["write"])
            note("disk_discards_merged_total\(device)", merged?["discard"])
            note("disk_io_now\(device)", disk["exhaust.disk.in_flight"])
            note("disk_io_time_seconds_total\(device)", disk["system.disk.io_time"])
            note("disk_io_time_weighted_seconds_total\(device)", disk["exhaust.disk.weighted_io_time"])
        }
    }
}

extension NodeExporterNames {
    private mutating func network(_ data: ValueMap) {
        for interface in data["system.network"]?.list ?? [] {
            let device = "{device=\"\(interface["network.interface.name"]?.string ?? "")\"}"
            note("network_mtu_bytes\(device)", interface["exhaust.network.mtu"])
            note("network_flags\(device)", interface["exhaust.network.flags"])
            note("network_transmit_queue_length\(device)", interface["exhaust.network.queue_length"])
            note("network_carrier\(device)", interface["exhaust.network.carrier"])
            note("network_carrier_changes_total\(device)", interface["exhaust.network.carrier_changes"])
            note("network_speed_bytes\(device)", interface["exhaust.network.speed"])
            note("network_up\(device)", interface["exhaust.network.state"].map { $0 == "up" ? 1 : 0 })
        }
        for (name, fields) in data["exhaust.network.protocol"]?.map?.entries ?? [] {
            for (field, value) in fields.map?.entries ?? [] { note("netstat_\(name)_\(field)", value) }
        }
        note("netstat_Tcp_CurrEstab", data["exhaust.network.tcp.established"])
        if let isOn = data["exhaust.network.ip.forwarding"]?.bool { note("netstat_Ip_Forwarding", isOn ? 1 : 2) }
        for (kind, counts) in data["exhaust.network.sockets"]?.map?.entries ?? [] {
            for (name, value) in counts.map?.entries ?? [] {
                note("sockstat_\(kind)_\(name == "mem" ? "mem_bytes" : name)", value)
                if name == "mem" { note("sockstat_\(kind)_mem", value, times: 1 / 4096) }
            }
        }
        note("nf_conntrack_entries", data["exhaust.conntrack.usage"])
        note("nf_conntrack_entries_limit", data["exhaust.conntrack.limit"])
        for (name, value) in data["exhaust.conntrack.counters"]?.map?.entries ?? [] {
            note("nf_conntrack_stat_\(name)", value)
        }
        for cpu in data["exhaust.softnet"]?.list ?? [] {
            let label = "{cpu=\"\(cpu["cpu.logical_number"]?.int ?? -1)\"}"
            note("softnet_processed_total\(label)", cpu["exhaust.softnet.processed"])
            note("softnet_dropped_total\(label)", cpu["exhaust.softnet.dropped"])
            note("softnet_times_squeezed_total\(label)", cpu["exhaust.softnet.squeezed"])
        }
    }

    private mutating func kernel(_ data: ValueMap) {
        note("filefd_allocated", data["exhaust.file_handles.usage"])
        note("filefd_maximum", data["exhaust.file_handles.limit"])
        note("entropy_available_bits", data["exhaust.entropy.available"])
        note("entropy_pool_size_bits", data["exhaust.entropy.pool_size"])
        note("processes_max_processes", data["exhaust.process.pid_limit"])
        note("processes_max_threads", data["exhaust.process.thread_limit"])
        note("kernel_hung_tasks_total", data["exhaust.kernel.hung_tasks"])
    }

    private mutating func processes(_ data: ValueMap) {
        let states = data["system.process.count"]?.map?.entries ?? []
        note("processes_pids", .double(states.reduce(0) { $0 + ($1.value.number ?? 0) }))
        note("processes_threads", data["exhaust.thread.count"])
        let letters = ["running": "R", "sleeping": "S", "disk-sleep": "D", "idle": "I", "stopped": "T", "zombie": "Z"]
        for (status, value) in states where value != 0 {
            note("processes_state{state=\"\(letters[status] ?? status)\"}", value)
        }
    }

    private mutating func hardware(_ data: ValueMap) {
        for sensor in data["exhaust.sensors"]?.list ?? [] {
            let isZone = sensor["hw.id"]?.string?.hasPrefix("thermal_zone") == true
            let keys = [
                "hw.temperature": isZone ? "thermal_zone_temp" : "hwmon_temp_celsius",
                "hw.temperature.limit": "hwmon_temp_crit_celsius", "hw.fan.speed": "hwmon_fan_rpm",
                "hw.voltage": "hwmon_in_volts",
            ]
            for (key, name) in keys {
                if let value = sensor[key]?.number { unnamed["node_\(name)", default: []].append(value) }
            }
        }
        let keys = [
            "exhaust.power.online": "online", "exhaust.power.present": "present", "hw.voltage": "voltage_volt",
            "exhaust.battery.cycles": "cyclecount", "hw.power": "power_watt",
            "exhaust.battery.energy": "energy_watthour", "exhaust.battery.energy_full": "energy_full",
            "exhaust.battery.energy_full_design": "energy_full_design",
        ]
        for supply in data["exhaust.power"]?.list ?? [] {
            let label = "{power_supply=\"\(supply["hw.id"]?.string ?? "")\"}"
            for (key, name) in keys { note("power_supply_\(name)\(label)", supply[key]) }
            note("power_supply_capacity\(label)", supply["hw.battery.charge"], times: 100)
        }
        for array in data["exhaust.raid"]?.list ?? [] {
            let label = "{device=\"\(array["system.device"]?.string ?? "")\"}"
            note("md_degraded\(label)", array["exhaust.raid.missing_disks"])
            note("md_raid_disks\(label)", array["exhaust.raid.disks"])
        }
        for controller in data["exhaust.edac"]?.list ?? [] {
            let label = "{controller=\"\(controller["hw.id"]?.string?.dropFirst(2) ?? "")\"}"
            note("edac_correctable_errors_total\(label)", controller["exhaust.edac.corrected"])
            note("edac_uncorrectable_errors_total\(label)", controller["exhaust.edac.uncorrected"])
        }
        for zone in data["exhaust.energy"]?.list ?? [] {
            guard let name = zone["hw.name"]?.string, let joules = zone["hw.energy"]?.number else { continue }
            let kind = String(name.prefix { $0 != "-" })
            unnamed["node_rapl_\(kind)_joules_total", default: []].append(joules)
        }
    }
}
