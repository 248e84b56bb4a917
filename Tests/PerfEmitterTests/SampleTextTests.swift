import ExhaustCore
import Testing

@testable import PerfEmitter

@Suite("a sample for people")
struct SampleTextTests {
    @Test("numbers are grouped and rounded")
    func numbers() {
        #expect(SampleText.grouped(1_073_741_824) == "1,073,741,824")
        #expect(SampleText.grouped(-1234) == "-1,234")
        #expect(SampleText.grouped(7) == "7")
        #expect(SampleText.rounded(1234.5) == "1,234.500")
        #expect(SampleText.rounded(0.0125) == "0.013")
        #expect(SampleText.rounded(-0.5) == "-0.500")
        #expect(SampleText.rounded(3) == "3")
        #expect(SampleText.rounded(0) == "0")
        #expect(SampleText.rounded(0.00001) == "1e-05")
    }

    @Test("every name and value is there, in lines that fit, and nothing steers the terminal")
    func text() throws {
        let data: ValueMap = [
            "system.cpu.logical.count": 2, "exhaust.sessions": [], "exhaust.clock.synchronized": true,
            "system.memory.usage": ["used": 1000, "free": 20_000_000_000, "cached": 123_456, "buffers": 0],
            "exhaust.processes": [
                ["process.pid": 7, "process.command": "a\u{1b}[2J", "process.disk.io": ["read": 1, "write": 2]]
            ],
        ]
        let host = try #require(HostID("web-01"))
        let text = SampleText(data, time: Timestamp(seconds: 0), host: host, width: 80)
        let expected = """
            web-01, 1970-01-01T00:00:00.000Z
            system.cpu.logical.count            2
            exhaust.sessions                    none
            exhaust.clock.synchronized          yes
            system.memory.usage                 used 1,000  free 20,000,000,000
                                                cached 123,456  buffers 0
            exhaust.processes
              process.pid 7  process.command a\\x1b[2J  process.disk.io read 1, write 2
            """
        #expect(text.lines.joined(separator: "\n") == expected)
    }
}
