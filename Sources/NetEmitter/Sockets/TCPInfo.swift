import ExhaustRuntime

/// `struct tcp_info` of linux/tcp.h, read by offsets and by the length that came: a kernel that does not know a number
/// gives fewer bytes, and the number is `nil`. New ones are added at the end alone.
///
/// Times are in microseconds unless said otherwise; bytes sent are counted once they are acknowledged, and SYN and FIN
/// count as one each.
struct TCPInfo: Sendable {
    private let bytes: NetlinkBytes

    init(_ bytes: NetlinkBytes) { self.bytes = bytes }

    /// Bytes that came.
    var count: Int { bytes.count }

    private func byte(_ offset: Int) -> UInt8? { bytes.number(offset) }
    private func word(_ offset: Int) -> UInt32? { bytes.number(offset) }
    private func long(_ offset: Int) -> UInt64? { bytes.number(offset) }

    var congestionState: UInt8? { byte(1) }
    var retransmits: UInt8? { byte(2) }
    var probes: UInt8? { byte(3) }
    var backoff: UInt8? { byte(4) }
    /// TCPI_OPT_*: 1 timestamps, 2 selective acknowledgements, 4 window scales, 8 ECN, 16 ECN seen, 32 data in the SYN.
    var options: UInt8? { byte(5) }
    var sendScale: UInt8? { byte(6).map { $0 & 15 } }
    var receiveScale: UInt8? { byte(6).map { $0 >> 4 } }
    var isApplicationLimited: Bool? { byte(7).map { $0 & 1 != 0 } }
    var retransmitTimeout: UInt32? { word(8) }
    var acknowledgeTimeout: UInt32? { word(12) }
    var sendSegmentSize: UInt32? { word(16) }
    var receiveSegmentSize: UInt32? { word(20) }
    /// Segments under way.
    var unacknowledged: UInt32? { word(24) }
    var selectivelyAcknowledged: UInt32? { word(28) }
    var lost: UInt32? { word(32) }
    var retransmitting: UInt32? { word(36) }
    /// Milliseconds since data was sent or received, and since an acknowledgement came.
    var lastSent: UInt32? { word(44) }
    var lastReceived: UInt32? { word(52) }
    var lastAcknowledged: UInt32? { word(56) }
    var pathMTU: UInt32? { word(60) }
    var receiveThreshold: UInt32? { word(64) }
    /// 0 before there is a measurement.
    var roundTrip: UInt32? { word(68) }
    var roundTripDeviation: UInt32? { word(72) }
    var sendThreshold: UInt32? { word(76) }
    var congestionWindow: UInt32? { word(80) }
    var advertisedSegmentSize: UInt32? { word(84) }
    var reordering: UInt32? { word(88) }
    var receiverRoundTrip: UInt32? { word(92) }
    var receiveSpace: UInt32? { word(96) }
    var totalRetransmits: UInt32? { word(100) }
    /// Bytes a second; all ones for no limit.
    var pacingRate: UInt64? { long(104) }
    var maximumPacingRate: UInt64? { long(112) }
    var bytesAcknowledged: UInt64? { long(120) }
    var bytesReceived: UInt64? { long(128) }
    var segmentsOut: UInt32? { word(136) }
    var segmentsIn: UInt32? { word(140) }
    var unsentBytes: UInt32? { word(144) }
    /// All ones before there is a measurement.
    var minimumRoundTrip: UInt32? { word(148).flatMap { $0 == .max ? nil : $0 } }
    var dataSegmentsIn: UInt32? { word(152) }
    var dataSegmentsOut: UInt32? { word(156) }
    /// Bytes a second.
    var deliveryRate: UInt64? { long(160) }
    var busyTime: UInt64? { long(168) }
    var receiveWindowLimited: UInt64? { long(176) }
    var sendBufferLimited: UInt64? { long(184) }
    var delivered: UInt32? { word(192) }
    var deliveredMarked: UInt32? { word(196) }
    /// With what was sent again.
    var bytesSent: UInt64? { long(200) }
    var bytesRetransmitted: UInt64? { long(208) }
    var duplicates: UInt32? { word(216) }
    var reorderings: UInt32? { word(220) }
    var outOfOrderReceived: UInt32? { word(224) }
    var sendWindow: UInt32? { word(228) }
    var receiveWindow: UInt32? { word(232) }
    var rehashes: UInt32? { word(236) }
}
