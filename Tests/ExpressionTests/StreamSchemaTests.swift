import FoundationEssentials
import Testing

@testable import ExhaustCore

@Suite("The streams' fields in the program")
struct StreamSchemaTests {
    private static let folder =
        #filePath.prefix(#filePath.count - "Tests/ExpressionTests/StreamSchemaTests.swift".count)
        + "docs/schemas/"

    @Test("are those of docs/schemas; deploy/make/stream-fields writes them anew")
    func table() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: String(Self.folder))
        let streams = files.filter { $0.hasPrefix("exhaust.") }.map { String($0.dropLast(".json".count)) }.sorted()
        #expect(streams == StreamSchema.streams)
        for stream in streams {
            let schema = try JSONReader.parse(FileContent.read("\(Self.folder)\(stream).json"))
            let data = try #require(schema["properties"]?["data"])
            #expect(StreamSchema.data(of: EventType(rawValue: stream)) == Self.type(data, stream), "\(stream)")
        }
    }

    @Test("are unknown of a stream that others make")
    func others() {
        #expect(StreamSchema.data(of: "com.example.door") == .dyn)
    }

    /// The type of the values that a schema allows.
    private static func type(_ schema: Value, _ name: String) -> ExpressionType {
        let constants = schema["enum"]?.list ?? schema["const"].map { [$0] } ?? []
        if let first = constants.first {
            return constants.allSatisfy { $0.typeName == first.typeName } ? ExpressionType(of: first) : .dyn
        }
        if let kinds = schema["type"]?.list {
            let other = kinds.first { $0 != "null" } ?? .null
            return .nullable(type(.map(["type": other]), name))
        }
        switch schema["type"]?.string {
        case "string": return .string
        case "integer": return .int
        case "number": return .double
        case "boolean": return .bool
        case "array": return .list(type(schema["items"] ?? .map([:]), name))
        case "object": return object(schema, name)
        default: return .dyn
        }
    }

    private static func object(_ schema: Value, _ name: String) -> ExpressionType {
        let others = schema["additionalProperties"]
        guard let properties = schema["properties"]?.map else { return .map(.string, type(others ?? .map([:]), name)) }
        let fields = properties.entries.map { ($0.key, type($0.value, $0.key)) }
        return .record(RecordType(name, Dictionary(uniqueKeysWithValues: fields), isOpen: others != false))
    }
}
