import ExhaustBroker
import ExhaustCore
import Logging

/// Knows when a role's certificate expires, and warns of it in the log in time.
struct CertificateExpiry {
    private let file: String?
    private var warnedAt: Timestamp?

    /// Below this many days it warns, once a day.
    private static let warningDays = 14.0

    /// Watches the certificate in `file`; without one there is nothing to tell.
    init(file: String?) { self.file = file }

    /// When the certificate that the file holds at `now` expires.
    mutating func look(at now: Timestamp, logger: Logger) -> Timestamp? {
        // One that cannot be read is told by the connection, which needs it.
        guard let file, let expires = try? Certificate(file: file).expires else { return nil }
        let days = Self.days(until: expires, at: now)
        let isDue = warnedAt.map { now - $0 >= .seconds(86_400) } ?? true
        if days < Self.warningDays, isDue {
            warnedAt = now
            logger.warning(
                "certificate expires soon; renew it, a running role takes the new one by itself",
                metadata: [
                    "certificate.file": "\(file)", "certificate.expires": "\(expires)", "certificate.days": "\(days)",
                ])
        }
        return expires
    }

    /// Days from `now` until `expires`, to the hundredth; negative once it is over.
    static func days(until expires: Timestamp, at now: Timestamp) -> Double {
        ((expires - now).inSeconds / 864).rounded(.down) / 100
    }
}
