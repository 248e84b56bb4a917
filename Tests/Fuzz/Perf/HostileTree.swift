import ExhaustCore
import ExhaustTestSupport
import FoundationEssentials
import PerfEmitter

/// A copy of the tests' recorded tree, of which one file at a time is another.
struct HostileTree {
    private let folder: TemporaryDirectory
    private let files: [(name: String, content: [UInt8])]
    private let schema: Value
    private var sampler: Sampler

    init() throws {
        let project = #filePath.split(separator: "/").dropLast(4).reduce("") { $0 + "/" + $1 }
        let source = "\(project)/Tests/PerfEmitterTests/Fixtures/host"
        let event = try JSONReader.parse(FileContent.read("\(project)/docs/schemas/exhaust.perf.json"))
        schema = event["properties"]?["data"] ?? .null
        folder = try TemporaryDirectory(prefix: "exhaust-fuzz")
        let copy = "\(folder.path)/host"
        try FileManager.default.copyItem(atPath: source, toPath: copy)
        files = try FileManager.default.subpathsOfDirectory(atPath: source).sorted().compactMap { name in
            // Folders cannot be read.
            (try? FileContent.read("\(source)/\(name)")).map { ("host/\(name)", $0) }
        }
        sampler = Sampler(.recorded(copy))
    }

    /// Samples the tree with `content` in file `number`.
    mutating func check(_ number: Int, _ content: [UInt8]) {
        let file = files[number % files.count]
        write(content, to: file.name)
        let data = sampler.sample(at: .now()).data
        write(file.content, to: file.name)
        var check = SchemaCheck()
        check.check(.map(data), schema)
        precondition(check.problems.isEmpty, "\(file.name): \(check.problems)")
        do {
            let read = try JSONReader.parse(JSONWriter.bytes(of: .map(data)))
            precondition(read == .map(data), "\(file.name): not what was written")
        } catch {
            preconditionFailure("\(file.name): \(error)")
        }
    }

    private func write(_ bytes: [UInt8], to name: String) {
        do {
            try folder.write(bytes, to: name)
        } catch {
            preconditionFailure("\(error)")
        }
    }
}
