/// A unit that systemd has loaded, as ListUnits tells of it (org.freedesktop.systemd1(5)).
package struct SystemdUnit: Sendable, Hashable {
    /// Such as `nginx.service`.
    package var name: String
    /// `loaded`, `not-found`, `masked` and so on.
    package var load: String
    /// `active`, `failed` and so on.
    package var state: String

    /// Reads ListUnits' answer, `a(ssssssouso)`; `nil` if it is none.
    package static func list(_ body: ArraySlice<UInt8>) -> [SystemdUnit]? {
        var reader = BusReader(body)
        guard let length = reader.number(), reader.align(8), var list = reader.part(Int(length)) else { return nil }
        var units: [SystemdUnit] = []
        while !list.isAtEnd {
            guard list.align(8), let name = list.text(), list.text() != nil, let load = list.text(),
                let state = list.text(), list.text() != nil, list.text() != nil, list.text() != nil,
                list.number() != nil, list.text() != nil, list.text() != nil
            else { return nil }
            units.append(SystemdUnit(name: name, load: load, state: state))
        }
        return units
    }
}
