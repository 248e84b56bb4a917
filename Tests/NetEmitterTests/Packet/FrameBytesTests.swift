import NetEmitter
import Testing

@Suite("Bytes of a frame")
struct FrameBytesTests {
    @Test("what is not there reads as nil, and a slice ends where the frame does")
    func bounds() {
        let bytes: [UInt8] = [1, 2, 3, 4, 5]
        bytes.withUnsafeBytes { buffer in
            let frame = FrameBytes(buffer)
            #expect(frame.uint8(4) == 5 && frame.uint8(5) == nil && frame.uint8(-1) == nil)
            #expect(frame.uint16(3) == 0x0405 && frame.uint16(4) == nil)
            #expect(frame.uint32(1) == 0x0203_0405 && frame.uint32(2) == nil && frame.uint32(.max) == nil)
            #expect(frame.uint64(0) == nil && frame.uint64(.min) == nil)
            #expect(frame.slice(3).count == 2 && frame.slice(1, 2).count == 2)
            #expect(frame.slice(9).count == 0 && frame.slice(-3, -1).count == 0 && frame.slice(.max, .max).count == 0)
        }
    }
}
