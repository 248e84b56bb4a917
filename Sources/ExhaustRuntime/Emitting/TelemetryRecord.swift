package import ExhaustCore

/// What an emitter measured, before it becomes an event.
package struct TelemetryRecord: Sendable {
    /// The emitter's usual type unless set.
    package var type: EventType?
    /// When it happened.
    package var time: Timestamp
    /// When the emitter received it, where that is not `time`.
    package var recordedTime: Timestamp?
    /// OpenTelemetry's severity number, where there is one.
    package var severityNumber: Int?
    package var data: ValueMap

    package init(
        type: EventType? = nil, time: Timestamp, recordedTime: Timestamp? = nil, severityNumber: Int? = nil,
        data: ValueMap
    ) {
        self.type = type
        self.time = time
        self.recordedTime = recordedTime
        self.severityNumber = severityNumber
        self.data = data
    }
}
