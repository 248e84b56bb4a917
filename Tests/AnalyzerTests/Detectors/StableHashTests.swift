import Testing

@testable import Analyzer

@Suite("The stable hash")
struct StableHashTests {
    @Test("is SipHash-2-4, as its authors' test vectors have it")
    func vectors() {
        // Of the texts with the bytes 0, 1, 2… that are as long as this; from the reference implementation.
        let known: [(Int, UInt64)] = [
            (0, 0x726f_db47_dd0e_0e31), (1, 0x74f8_39c5_93dc_67fd), (7, 0xab02_00f5_8b01_d137),
            (8, 0x93f5_f579_9a93_2462), (15, 0xa129_ca61_49be_45e5),
        ]
        for (count, hash) in known {
            #expect(StableHash.of(String(decoding: (0..<count).map { UInt8($0) }, as: UTF8.self)) == hash, "\(count)")
        }
    }
}
