extension StreamSchema {
    /// The fields of all other streams, by docs/schemas. Written by deploy/make/stream-fields.
    static let others = [
        (
            "exhaust.acct",
            """
            {container.id: string, exhaust.acct.average_memory_kib: int, exhaust.acct.delay_block_io_count: int,
            exhaust.acct.delay_block_io_seconds: double, exhaust.acct.delay_compaction_count: int,
            exhaust.acct.delay_compaction_seconds: double, exhaust.acct.delay_cpu_count: int,
            exhaust.acct.delay_cpu_seconds: double, exhaust.acct.delay_interrupt_count: int,
            exhaust.acct.delay_interrupt_seconds: double, exhaust.acct.delay_reclaim_count: int,
            exhaust.acct.delay_reclaim_seconds: double, exhaust.acct.delay_swap_in_count: int,
            exhaust.acct.delay_swap_in_seconds: double, exhaust.acct.delay_thrashing_count: int,
            exhaust.acct.delay_thrashing_seconds: double, exhaust.acct.delay_write_protect_copy_count: int,
            exhaust.acct.delay_write_protect_copy_seconds: double, exhaust.acct.disk_cancelled_bytes: int,
            exhaust.acct.disk_read_bytes: int, exhaust.acct.disk_write_bytes: int, exhaust.acct.elapsed_seconds: double,
            exhaust.acct.executable_device: string, exhaust.acct.executable_inode: int, exhaust.acct.flags:
            list(string), exhaust.acct.involuntary_switches: int, exhaust.acct.io: int, exhaust.acct.major_faults: int,
            exhaust.acct.minor_faults: int, exhaust.acct.peak_resident_kib: int, exhaust.acct.peak_virtual_kib: int,
            exhaust.acct.read_call_bytes: int, exhaust.acct.read_calls: int, exhaust.acct.system_seconds: double,
            exhaust.acct.tasks: int, exhaust.acct.taskstats_version: int, exhaust.acct.tty: string,
            exhaust.acct.user_seconds: double, exhaust.acct.version: int, exhaust.acct.voluntary_switches: int,
            exhaust.acct.write_call_bytes: int, exhaust.acct.write_calls: int, exhaust.exit.core_dumped: bool,
            exhaust.exit.signal: int, exhaust.exit.signal_name: string, exhaust.exit.status: int,
            exhaust.process.cgroup: string, exhaust.process.command_raw: string, exhaust.process.login_user.id: int,
            exhaust.process.login_user.name: string, exhaust.systemd.unit: string, process.command: string,
            process.creation.time: string, process.executable.path: string, process.exit.code: int, process.group.id:
            int, process.group.name: string, process.parent_pid: int, process.pid: int, process.user.id: int,
            process.user.name: string}
            """
        ),
        (
            "exhaust.acct.summary",
            """
            {exhaust.acct.failures: int, exhaust.acct.processes: int, exhaust.acct.since: string,
            exhaust.acct.system_seconds: double, exhaust.acct.user_seconds: double, process.command: string,
            process.user.id: int, process.user.name: string}
            """
        ),
        (
            "exhaust.cli",
            """
            {container.id: string, exhaust.cli.ancestors: list({process.executable.name: string, process.pid: int}),
            exhaust.cli.audit_session: int, exhaust.cli.boot_id: string, exhaust.cli.claim: string,
            exhaust.cli.command_id: string, exhaust.cli.duration_seconds: double, exhaust.cli.forged: bool,
            exhaust.cli.hook_missing: bool, exhaust.cli.id: string, exhaust.cli.incomplete: bool,
            exhaust.cli.login_user.id: int, exhaust.cli.login_user.name: string, exhaust.cli.number: int,
            exhaust.cli.processes: list({exhaust.cli.incomplete: bool, exhaust.cli.replaced: bool,
            exhaust.cli.start_ticks: int, exhaust.cli.truncated: bool, exhaust.exit.signal: int, process.command_args:
            list(string), process.creation.time: string, process.executable.name: string, process.executable.path:
            string, process.exit.code: int, process.parent_pid: int, process.pid: int}), exhaust.cli.replaced: bool,
            exhaust.cli.sender.uid: int, exhaust.cli.shell.name: string, exhaust.cli.shell.pid: int,
            exhaust.cli.start_ticks: int, exhaust.cli.state: string, exhaust.cli.truncated: bool, exhaust.cli.tty:
            string, exhaust.cli.unit: string, exhaust.cli.views: list(string), exhaust.exit.signal: int,
            process.command_args: list(string), process.command_line: string, process.creation.time: string,
            process.executable.name: string, process.executable.path: string, process.exit.code: int, process.exit.time:
            string, process.group.id: int, process.parent_pid: int, process.pid: int, process.real_user.id: int,
            process.real_user.name: string, process.session_leader.pid: int, process.user.id: int, process.user.name:
            string, process.working_directory: string}
            """
        ),
        (
            "exhaust.fact",
            """
            {episode: string, evidence: list({id: string, source: string}), first: string, flapping: bool, host: string,
            key: string, keys: list(dyn), last: string, limit: double, name: string, parent: string, severity: string,
            subject: string, summary: string, suppressed: bool, transition: string, value: double}
            """
        ),
        (
            "exhaust.gap",
            """
            {client.address: string, count: int, exhaust.sender.uid: int, exhaust.suspended: double, kind: string,
            listener.name: string, reason: string, since: string}
            """
        ),
        (
            "exhaust.perf",
            """
            {exhaust.boot.time: int, exhaust.cgroups: list({exhaust.cgroup.cpu.throttled: double,
            exhaust.cgroup.cpu.throttled.rate: double, exhaust.cgroup.cpu.time: map(string, double),
            exhaust.cgroup.cpu.time.rate: map(string, double), exhaust.cgroup.memory.limit: int,
            exhaust.cgroup.memory.usage: int, exhaust.cgroup.oom_kills: int, exhaust.cgroup.oom_kills.rate: double,
            exhaust.cgroup.path: string, exhaust.cgroup.tasks: int}), exhaust.cgroups_left_out: int,
            exhaust.clock.error.estimate: double, exhaust.clock.error.max: double, exhaust.clock.offset: double,
            exhaust.clock.source: string, exhaust.clock.synchronized: bool, exhaust.conntrack.counters: map(string,
            int), exhaust.conntrack.counters.rate: map(string, double), exhaust.conntrack.limit: int,
            exhaust.conntrack.usage: int, exhaust.conntrack.utilization: double, exhaust.cpu.context_switches: int,
            exhaust.cpu.context_switches.rate: double, exhaust.cpu.frequencies: list({cpu.logical_number: int,
            exhaust.cpu.frequency.max: double, exhaust.cpu.frequency.min: double, exhaust.cpu.throttled: int,
            exhaust.cpu.throttled.rate: double, system.cpu.frequency: double}), exhaust.cpu.interrupts: int,
            exhaust.cpu.interrupts.rate: double, exhaust.edac: list({exhaust.edac.corrected: int,
            exhaust.edac.corrected.rate: double, exhaust.edac.uncorrected: int, exhaust.edac.uncorrected.rate: double,
            hw.id: string}), exhaust.energy: list({hw.energy: double, hw.energy.rate: double, hw.id: string, hw.name:
            string}), exhaust.entropy.available: int, exhaust.entropy.pool_size: int, exhaust.file_handles.limit: int,
            exhaust.file_handles.usage: int, exhaust.filesystem.unmeasured: list({exhaust.filesystem.options: string,
            exhaust.filesystem.reason: string, system.device: string, system.filesystem.mode: string,
            system.filesystem.mountpoint: string, system.filesystem.type: string}), exhaust.interrupts: map(string,
            int), exhaust.interrupts.rate: map(string, double), exhaust.kernel.hung_tasks: int,
            exhaust.kernel.hung_tasks.rate: double, exhaust.kernel.taint: int, exhaust.load.15m: double,
            exhaust.load.1m: double, exhaust.load.5m: double, exhaust.memory: map(string, int),
            exhaust.memory.oom_kills: int, exhaust.memory.oom_kills.rate: double, exhaust.network.ip.forwarding: bool,
            exhaust.network.protocol: map(string, map(string, int)), exhaust.network.protocol.rate: map(string,
            map(string, double)), exhaust.network.sockets: map(string, map(string, int)),
            exhaust.network.tcp.established: int, exhaust.paging.io: map(string, int), exhaust.paging.io.rate:
            map(string, double), exhaust.power: list({exhaust.battery.cycles: double, exhaust.battery.energy: double,
            exhaust.battery.energy_full: double, exhaust.battery.energy_full_design: double, exhaust.power.current:
            double, exhaust.power.online: double, exhaust.power.present: double, hw.battery.charge: double, hw.id:
            string, hw.power: double, hw.state: string, hw.type: string, hw.voltage: double}), exhaust.pressure.share:
            map(string, map(string, double)), exhaust.pressure.time: map(string, map(string, double)),
            exhaust.pressure.time.rate: map(string, map(string, double)), exhaust.process.blocked: int,
            exhaust.process.count: map(string, int), exhaust.process.count_left_out: int, exhaust.process.pid_limit:
            int, exhaust.process.runnable: int, exhaust.process.thread_limit: int, exhaust.processes:
            list({process.command: string, process.context_switches: map(string, int), process.context_switches.rate:
            map(string, double), process.cpu.time: double, process.cpu.utilization: double, process.creation.time:
            string, process.disk.io: map(string, int), process.disk.io.rate: map(string, double), process.memory.usage:
            int, process.memory.virtual: int, process.parent_pid: int, process.pid: int, process.status: string,
            process.thread.count: int, process.unix.file_descriptor.count: int, process.user.id: int}), exhaust.raid:
            list({exhaust.raid.action: string, exhaust.raid.disks: int, exhaust.raid.level: string,
            exhaust.raid.missing_disks: int, exhaust.raid.progress: double, exhaust.raid.state: string, system.device:
            string}), exhaust.sensors: list({hw.fan.speed: double, hw.id: string, hw.name: string, hw.parent: string,
            hw.temperature: double, hw.temperature.limit: double, hw.voltage: double}), exhaust.session.count: int,
            exhaust.sessions: list({client.address: string, exhaust.session.start: string, exhaust.session.terminal:
            string, process.pid: int, user.name: string}), exhaust.softirqs: map(string, int), exhaust.softirqs.rate:
            map(string, double), exhaust.softnet: list({cpu.logical_number: int, exhaust.softnet.dropped: int,
            exhaust.softnet.dropped.rate: double, exhaust.softnet.processed: int, exhaust.softnet.processed.rate:
            double, exhaust.softnet.squeezed: int, exhaust.softnet.squeezed.rate: double}), exhaust.suspended: double,
            exhaust.systemd.failed: list(string), exhaust.systemd.services: map(string, string),
            exhaust.systemd.services_left_out: int, exhaust.systemd.units: map(string, int), exhaust.thread.count: int,
            exhaust.user.count: int, system.cpu: list({cpu.logical_number: int, exhaust.cpu.guest_time: map(string,
            double), system.cpu.time: map(string, double), system.cpu.utilization: map(string, double)}),
            system.cpu.logical.count: int, system.cpu.physical.count: int, system.cpu.time: {idle: double, interrupt:
            double, iowait: double, nice: double, softirq: double, steal: double, system: double, user: double},
            system.cpu.utilization: {idle: double, interrupt: double, iowait: double, nice: double, softirq: double,
            steal: double, system: double, user: double}, system.disk: list({exhaust.disk.in_flight: int,
            exhaust.disk.weighted_io_time: double, exhaust.disk.weighted_io_time.rate: double, system.device: string,
            system.disk.io: map(string, int), system.disk.io.rate: map(string, double), system.disk.io_time: double,
            system.disk.io_time.rate: double, system.disk.merged: map(string, int), system.disk.merged.rate: map(string,
            double), system.disk.operation_time: map(string, double), system.disk.operation_time.rate: map(string,
            double), system.disk.operations: map(string, int), system.disk.operations.rate: map(string, double)}),
            system.filesystem: list({exhaust.filesystem.inodes.limit: int, exhaust.filesystem.inodes.used: int,
            exhaust.filesystem.inodes.utilization: double, exhaust.filesystem.options: string, system.device: string,
            system.filesystem.limit: int, system.filesystem.mode: string, system.filesystem.mountpoint: string,
            system.filesystem.type: string, system.filesystem.usage.free: int, system.filesystem.usage.reserved: int,
            system.filesystem.usage.used: int, system.filesystem.utilization: double}), system.memory.limit: int,
            system.memory.linux.available: int, system.memory.linux.hugepages.limit: int,
            system.memory.linux.hugepages.page_size: int, system.memory.linux.hugepages.usage: map(string, int),
            system.memory.linux.shared: int, system.memory.linux.slab.usage: map(string, int), system.memory.usage:
            {buffers: int, cached: int, free: int, used: int}, system.memory.utilization: double, system.network:
            list({exhaust.network.addresses: list(string), exhaust.network.carrier: int,
            exhaust.network.carrier_changes: int, exhaust.network.carrier_changes.rate: double, exhaust.network.duplex:
            string, exhaust.network.errors: map(string, int), exhaust.network.errors.rate: map(string, double),
            exhaust.network.flags: int, exhaust.network.mtu: int, exhaust.network.queue_length: int,
            exhaust.network.speed: int, exhaust.network.state: string, network.interface.name: string,
            system.network.errors: map(string, int), system.network.errors.rate: map(string, double), system.network.io:
            map(string, int), system.network.io.rate: map(string, double), system.network.packet.count: map(string,
            int), system.network.packet.count.rate: map(string, double), system.network.packet.dropped: map(string,
            int), system.network.packet.dropped.rate: map(string, double)}), system.paging.faults: map(string, int),
            system.paging.faults.rate: map(string, double), system.paging.operations: map(string, int),
            system.paging.operations.rate: map(string, double), system.paging.usage: {free: int, used: int},
            system.process.count: map(string, int), system.process.created: int, system.process.created.rate: double,
            system.uptime: double}
            """
        ),
        (
            "exhaust.result",
            """
            {action: string, changed: bool, finished: string, host: string, output: {bytes: int, detail: string,
            failures: int, manager: string, output: string, probe_error: string, removed: int, running: bool?,
            unverified: bool, ...}, reason: string, replayed: bool, run: string, started: string, status: string, task:
            string}
            """
        ),
        (
            "exhaust.status",
            """
            {certificate_days_left: double, certificate_expires: string, counters: map(string, int), interval_seconds:
            double, pid: int, role: string, state: string, uptime_seconds: double, version: string}
            """
        ),
        (
            "exhaust.syslog",
            """
            {DATE: string, FACILITY: string, HOST: string, HOST_FROM: string, LEGACY_MSGHDR: string, MESSAGE: string,
            MSGID: string, PID: string, PRIORITY: string, PROGRAM: string, SEQNUM: string, SOURCE: string, SOURCEIP:
            string, TAGS: string, client.address: string, client.port: int, event.sequence: int, exhaust.boot.id:
            string, exhaust.file.inode: int, exhaust.file.offset: int, exhaust.journal.cursor: string,
            exhaust.journal.fields: map(string, dyn), exhaust.journal.fields_dropped: int, exhaust.journal.transport:
            string, exhaust.kmsg.dictionary: map(string, string), exhaust.kmsg.fragment: bool,
            exhaust.kmsg.monotonic_us: int, exhaust.kmsg.sequence: int, exhaust.original_length: int,
            exhaust.parse.error: string, exhaust.raw_base64: string, exhaust.sender.executable: string,
            exhaust.sender.gid: int, exhaust.sender.pid: int, exhaust.sender.uid: int, exhaust.sender.unit: string,
            exhaust.syslog.claimed_time: string, exhaust.syslog.format: string, exhaust.truncated: bool, log.file.path:
            string, log.record.original: string, log.syslog.appname: string, log.syslog.facility.code: int,
            log.syslog.facility.name: string, log.syslog.hostname: string, log.syslog.msgid: string,
            log.syslog.priority: int, log.syslog.procid: string, log.syslog.severity.code: int,
            log.syslog.severity.name: string, log.syslog.structured_data: map(string, map(string, dyn)),
            log.syslog.version: string, message: string, network.transport: string, tls.client.subject: string,
            tls.established: bool}
            """
        ),
    ]
}
