import ExhaustCore
import Glibc

/// Asks one target once. It waits for the answer, so it belongs on a thread of its own.
struct ProbeRun {
    let target: ProbeTarget

    /// Throws only if it was cancelled.
    func run() throws -> ProbeResult {
        let clock = ProbeClock(timeout: target.timeout)
        var result = ProbeResult()
        do {
            try ask(clock, &result)
        } catch let failure as ProbeFailure {
            result.failure = failure
        }
        result["duration_seconds"] = .double(clock.elapsed.inSeconds)
        return result
    }

    private func ask(_ clock: ProbeClock, _ result: inout ProbeResult) throws {
        switch target.question {
        case .echo(let host, let count):
            // Only the first: an answer of another address would say nothing of the one that a user means.
            guard let address = try resolve(host, port: 0, clock, &result).first else { return }
            result.endpoint = address.endpoint
            try EchoProbe(address: address, count: count, clock: clock).run(&result)
        case .connect(let place):
            _ = try connect(place, clock, &result)
        case .http(let url):
            let connection = try connect(url.host, clock, &result)
            guard url.isSecure else { return try HTTPProbe(url: url).run(connection, &result) }
            let session = try ProbeTLS(connection, host: url.host.host, authorityFile: target.authorityFile)
            try session.shakeHands(&result)
            try HTTPProbe(url: url).run(session, &result)
        case .certificate(let place):
            let connection = try connect(place, clock, &result)
            try ProbeTLS(connection, host: place.host, authorityFile: target.authorityFile).shakeHands(&result)
        }
    }

    private func connect(
        _ place: HostPort, _ clock: ProbeClock, _ result: inout ProbeResult
    ) throws -> ProbeConnection {
        try ProbeConnection(to: resolve(place.host, port: place.port, clock, &result), clock, &result)
    }

    private func resolve(
        _ host: String, port: UInt16, _ clock: ProbeClock, _ result: inout ProbeResult
    ) throws -> [ProbeAddress] {
        let addresses = try ProbeAddress.resolve(host, port: port)
        result["resolve_seconds"] = .double(clock.elapsed.inSeconds)
        guard .now < clock.deadline else { throw ProbeFailure(.timeout, "the name servers took all of the time") }
        return addresses
    }
}
