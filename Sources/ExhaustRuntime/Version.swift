/// The version that every program of this package reports.
package enum Version {
    package static let text = "0.1.0"
}
