import ExhaustCore
import ExhaustRuntime

/// Up to which record of which boot the kernel's log was published.
struct KernelPosition {
    var boot: String
    /// The sequence of the record that comes next.
    var next: UInt64
    var numbering: Numbering

    init(boot: String, next: UInt64, numbering: Numbering) {
        self.boot = boot
        self.next = next
        self.numbering = numbering
    }

    /// Reads the saved position; `nil` if there is none.
    init?(file: String) throws(ExhaustError) {
        guard let bytes = try DurableFile.load(file) else { return nil }
        // What cannot be read is as little of use as what has another form.
        guard let value = try? JSONReader.parse(bytes), let boot = value["boot"]?.string,
            let next = value["next"]?.int.flatMap(UInt64.init(exactly:)), let numbering = Numbering(value)
        else { throw ExhaustError(.invalidData, "the saved position has not the form that it should", at: file) }
        self.init(boot: boot, next: next, numbering: numbering)
    }

    func save(_ file: String) throws(ExhaustError) {
        let value = ValueMap(
            [("boot", .string(boot)), ("next", .int(Int64(clamping: next)))] + numbering.entries)
        try DurableFile.replace(file, with: JSONWriter.bytes(of: .map(value)))
    }
}
