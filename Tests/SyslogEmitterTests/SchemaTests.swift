import ExhaustCore
import Testing

@testable import SyslogEmitter

@Suite("Schema of exhaust.syslog")
struct SchemaTests {
    private static let root = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }

    @Test("Every record of the cases, from every origin, fits docs/schemas/exhaust.syslog.json")
    func fits() throws {
        let schema = try JSONReader.parse(FileContent.read(Self.root + "/docs/schemas/exhaust.syslog.json"))
        let data = try #require(schema["properties"]?["data"])
        let properties = try #require(data["properties"]?.map)
        let required = data["required"]?.list?.compactMap(\.string) ?? []
        let dependent = data["dependentRequired"]?.map ?? [:]
        var seen: Set<String> = []
        for record in try records() {
            for key in required { #expect(record[key] != nil, "\(key)") }
            for (key, value) in record.entries {
                let property = try #require(properties[key], "\(key) is not in the schema")
                #expect(Self.fits(value, property), "\(key): \(value)")
                for other in dependent[key]?.list?.compactMap(\.string) ?? [] { #expect(record[other] != nil) }
                seen.insert(key)
            }
        }
        #expect(seen.union(["exhaust.syslog.claimed_time"]) == Set(properties.keys), "a property that nothing makes")
    }

    private static func fits(_ value: Value, _ property: Value) -> Bool {
        if let allowed = property["enum"]?.list { return allowed.contains(value) }
        if let constant = property["const"] { return value == constant }
        switch (property["type"]?.string, value) {
        case ("string", .string(let text)): return text.utf8.count >= property["minLength"]?.int ?? 0
        case ("string", .bytes): return property["contentEncoding"] == "base64"
        case ("integer", .int(let number)):
            return number >= property["minimum"]?.int ?? .min && number <= property["maximum"]?.int ?? .max
        case ("object", .map): return true
        default: return false
        }
    }

    private func records() throws -> [ValueMap] {
        let names = [
            "rfc5424", "rfc5424-structured-data", "rfc5424-flawed", "rfc3164", "rfc3164-as-sent", "rfc3164-cisco",
            "rfc3164-vendors",
            "bytes", "framing",
        ]
        let origins = [
            Origin(), Origin(transport: "unix", sender: .init(pid: 1, uid: 2, gid: 3, executable: "/bin/sh")),
            Origin(transport: "tcp", address: "::1", port: 514, tls: .init(subject: "CN=web-01")),
        ]
        let frames =
            try names.flatMap { name in
                try Fixtures.frames(FileContent.read("\(Self.root)/Tests/SyslogEmitterTests/Cases/\(name)/input"))
            } + [Frame(bytes: Array("cut".utf8), length: 99)]
        let makers = [
            Fixtures.maker,
            RecordMaker(zone: .fixed(0), aheadLimit: .seconds(86_400), otherNames: SyslogNGNames(hostName: "vm")),
        ]
        return try frames.flatMap { frame in
            makers.flatMap { maker in
                origins.map { maker.record(of: frame, from: $0, received: Fixtures.received).data }
            }
        } + SourceRecords.all()
    }
}
