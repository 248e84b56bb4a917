import ExhaustCore
import ExhaustRuntime
import ExhaustTestSupport
import Glibc
import Testing

@Suite("Files that a role keeps and watches")
struct FilesTests {
    @Test("a file is replaced whole; one that is not there is none")
    func durable() throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let folder = "\(directory.path)/a/b"
        #expect(try DurableFile.load("\(folder)/file") == nil)
        try DurableFile.makeFolder(folder)
        try DurableFile.makeFolder(folder)
        try DurableFile.replace("\(folder)/file", with: [1, 2, 3])
        try DurableFile.replace("\(folder)/file", with: [4])
        #expect(try DurableFile.load("\(folder)/file") == [4])
        #expect(access("\(folder)/file.new", F_OK) != 0)
        let error = #expect(throws: ExhaustError.self) { try DurableFile.replace("\(folder)/file/x", with: []) }
        #expect(error?.description.contains("\(folder)/file/x") == true)
    }

    @Test("a watch wakes when a file grows, and says when one comes or goes")
    func watch() throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let path = try directory.write([1], to: "file")
        let watch = FileWatch()
        #expect(!watch.isWatching)
        #expect(watch.follow([directory.path]))
        #expect(watch.wait(.milliseconds(1)) == false)
        try directory.write([1, 2], to: "file")
        let start = ContinuousClock.now
        #expect(watch.wait(.seconds(10)) == false || ContinuousClock.now - start < .seconds(5))
        _ = watch.wait(.milliseconds(1))
        rename(path, path + ".1")
        #expect(watch.wait(.seconds(10)))
        #expect(!watch.follow([directory.path, "\(directory.path)/none"]))
        #expect(watch.follow([]))
        #expect(!watch.isWatching)
    }
}
