package import ExhaustCore

/// A capture file: pcap in both byte orders and resolutions, or pcapng; also if gzip packed it.
///
///     let file = try CaptureFile(path: "-")
///     while let frame = try file.next() { … }
package final class CaptureFile {
    /// The largest frame, and block of pcapng, that is taken; what Linux captures ends at 256 KiB.
    static let frameLimit = 512 * 1024

    private let buffer: CaptureBuffer
    private var format: any CaptureFormat
    private var isOver = false

    /// Opens the file at `path`; `-` is standard input. It throws if that is no capture file.
    package convenience init(path: String) throws(ExhaustError) {
        let input = try DescriptorInput(path: path)
        try self.init(input, path: path == "-" ? "standard input" : path, capacity: 2 * Self.frameLimit)
    }

    /// A capture file that is in memory.
    package convenience init(bytes: [UInt8], path: String) throws(ExhaustError) {
        try self.init(MemoryInput(bytes), path: path, capacity: max(bytes.count, 64))
    }

    private init(_ input: any CaptureInput, path: String, capacity: Int) throws(ExhaustError) {
        var buffer = CaptureBuffer(input, path: path, capacity: capacity)
        if try buffer.peek(2).uint16(0) == 0x1f8b {
            buffer = CaptureBuffer(try GzipInput(buffer), path: path, capacity: 2 * Self.frameLimit)
        }
        self.buffer = buffer
        let magic = try buffer.peek(4).uint32(0)
        if magic == BlockCapture.magic {
            format = BlockCapture()
        } else if let classic = try ClassicCapture(buffer) {
            format = classic
        } else {
            throw ExhaustError(
                .invalidData, try buffer.peek(1).count == 0 ? "the file is empty" : "this is no capture file",
                at: path, advice: "pcap and pcapng are read, also if gzip packed them")
        }
    }

    /// The next frame; nil at the end. It throws where the file is damaged: the next call goes on behind the damage,
    /// if the file tells where that is, or returns nil.
    package func next() throws(ExhaustError) -> CapturedFrame? {
        while !isOver {
            let start = buffer.offset
            do {
                switch try format.step(buffer) {
                case .frame(let frame): return frame
                case .other: continue
                case .end: isOver = true
                }
            } catch {
                isOver = buffer.offset == start
                throw error
            }
        }
        return nil
    }
}

/// How a file is divided into frames.
protocol CaptureFormat {
    /// Reads the next piece of the file. Where it throws, it has passed over what is damaged, or cannot.
    mutating func step(_ buffer: CaptureBuffer) throws(ExhaustError) -> CaptureStep
}

/// What the next piece of a file is.
enum CaptureStep {
    case frame(CapturedFrame)
    case other
    case end
}
