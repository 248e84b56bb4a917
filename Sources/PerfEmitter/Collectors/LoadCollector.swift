package import ExhaustCore

/// Load averages and uptime (/proc/loadavg, /proc/uptime).
package struct LoadCollector: Collector {
    package let name = "load"
    private let load: ByteFile
    private let uptime: ByteFile

    package init(_ roots: Roots) {
        load = ByteFile("\(roots.proc)/loadavg")
        uptime = ByteFile("\(roots.proc)/uptime")
    }

    package mutating func collect(into data: inout ValueMap, moment: inout SampleMoment) throws {
        guard let average = LoadAverage(try load.read()) else {
            throw ExhaustError(.invalidData, "there are no three load averages", at: load.path)
        }
        data["exhaust.load.1m"] = .double(average.oneMinute)
        data["exhaust.load.5m"] = .double(average.fiveMinutes)
        data["exhaust.load.15m"] = .double(average.fifteenMinutes)
        data["system.uptime"] = .double(try seconds())
    }

    private func seconds() throws -> Double {
        var text = try uptime.read()
        guard let seconds = text.decimal() else {
            throw ExhaustError(.invalidData, "there is no number of seconds", at: uptime.path)
        }
        return seconds
    }
}
