/// What is told of the beginnings of TCP connections, and how much is kept for it.
package struct HandshakeSettings: Sendable, Hashable {
    /// How much of HTTP/1 requests is told.
    package enum HTTPDetail: String, Sendable, CaseIterable {
        case off
        /// Method, host, path and status.
        case path
        /// The query, too, which may hold secrets.
        case query
    }

    package var tls = true
    package var http = HTTPDetail.off
    /// How long a connection is kept in mind in which nothing happens.
    package var idle: Duration = .seconds(30)
    /// The most connections that are kept in mind, and bytes that are kept of all of them.
    package var streams = 8192
    package var streamBytes = 4 << 20

    package init() {}
}
