import ExhaustCore

extension Duration {
    /// This span as configuration writes it, in its largest whole unit: `5m`, `90s`, `250ms`.
    var text: String {
        let milliseconds = inMilliseconds
        for (unit, size) in [("h", Int64(3_600_000)), ("m", 60_000), ("s", 1000)]
        where milliseconds != 0 && milliseconds % size == 0 {
            return "\(milliseconds / size)\(unit)"
        }
        return "\(milliseconds)ms"
    }
}
