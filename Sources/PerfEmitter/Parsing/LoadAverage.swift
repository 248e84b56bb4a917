/// /proc/loadavg: tasks that run or wait for the disk, averaged over 1, 5 and 15 minutes.
package struct LoadAverage: Sendable, Hashable {
    package var oneMinute: Double
    package var fiveMinutes: Double
    package var fifteenMinutes: Double

    /// Reads /proc/loadavg; `nil` without three numbers.
    package init?(_ text: ByteScanner) {
        var text = text
        guard let one = text.decimal(), let five = text.decimal(), let fifteen = text.decimal() else { return nil }
        (oneMinute, fiveMinutes, fifteenMinutes) = (one, five, fifteen)
    }
}
