import CLinux
import ExhaustCore

/// Assembles a classic BPF program (linux/filter.h): an accumulator, an index register, sixteen words of memory.
///
/// Jumps go to labels that are placed further on. A conditional one is two instructions, so that it reaches any label:
/// the machine's own reach 255 instructions.
struct FilterAssembler {
    /// A place in the program.
    struct Label {
        fileprivate let number: Int
    }

    /// How many bytes are read, in network order.
    enum Width: UInt16 {
        case word = 0x00
        case half = 0x08
        case byte = 0x10
    }

    /// What the accumulator is asked.
    enum Condition {
        case equals(UInt32)
        case isAtLeast(UInt32)
        case hasAnyBit(UInt32)
    }

    /// What the accumulator is changed by; `X` is the index register.
    enum Operation {
        case and(UInt32)
        case shiftLeft(UInt32)
        case shiftRight(UInt32)
        case multiply(UInt32)
        case add(UInt32)
        case addIndex
        case subtractIndex
        case xorIndex
    }

    /// What the kernel knows of a packet beside its bytes (SKF_AD_*).
    enum Fact: Int32 {
        case etherType = 0
        case packetType = 4
        case interface = 8
        case hardwareType = 28
    }

    /// SKF_AD_OFF, and SKF_NET_OFF: offsets from there on count from the network header.
    private static let facts: Int32 = -0x1000
    static let networkHeader: Int32 = -0x100000
    /// BPF_MAXINSNS.
    static let limit = 4096

    private var code: [sock_filter] = []
    private var places: [Int] = []
    private var jumps: [(at: Int, to: Label)] = []

    private mutating func add(_ operation: UInt16, _ operand: UInt32 = 0, ifTrue: UInt8 = 0, ifFalse: UInt8 = 0) {
        code.append(sock_filter(code: operation, jt: ifTrue, jf: ifFalse, k: operand))
    }

    mutating func label() -> Label {
        places.append(-1)
        return Label(number: places.count - 1)
    }

    /// Says that `label` is here.
    mutating func place(_ label: Label) { places[label.number] = code.count }

    /// Loads what is at `offset`. Where the packet ends before, the program ends, and drops it.
    mutating func load(_ width: Width, at offset: Int32) { add(0x20 | width.rawValue, UInt32(bitPattern: offset)) }

    /// The same, `offset` after what the index register says.
    mutating func load(_ width: Width, atIndexPlus offset: UInt32) { add(0x40 | width.rawValue, offset) }

    mutating func load(_ fact: Fact) { load(.word, at: Self.facts + fact.rawValue) }

    /// Loads the packet's length.
    mutating func loadLength() { add(0x80) }

    mutating func load(memory: UInt32) { add(0x60, memory) }

    mutating func store(memory: UInt32) { add(0x02, memory) }

    mutating func setIndex(_ value: UInt32) { add(0x01, value) }

    mutating func copyToIndex() { add(0x07) }

    mutating func copyFromIndex() { add(0x87) }

    mutating func apply(_ operation: Operation) {
        switch operation {
        case .and(let value): add(0x54, value)
        case .shiftLeft(let bits): add(0x64, bits)
        case .shiftRight(let bits): add(0x74, bits)
        case .multiply(let value): add(0x24, value)
        case .add(let value): add(0x04, value)
        case .addIndex: add(0x0c)
        case .subtractIndex: add(0x1c)
        case .xorIndex: add(0xac)
        }
    }

    mutating func go(to label: Label) {
        jumps.append((code.count, label))
        add(0x05)
    }

    mutating func go(to label: Label, if condition: Condition) { jump(condition, to: label, onTrue: true) }

    mutating func go(to label: Label, unless condition: Condition) { jump(condition, to: label, onTrue: false) }

    private mutating func jump(_ condition: Condition, to label: Label, onTrue: Bool) {
        let (ifTrue, ifFalse): (UInt8, UInt8) = onTrue ? (0, 1) : (1, 0)
        switch condition {
        case .equals(let value): add(0x15, value, ifTrue: ifTrue, ifFalse: ifFalse)
        case .isAtLeast(let value): add(0x35, value, ifTrue: ifTrue, ifFalse: ifFalse)
        case .hasAnyBit(let value): add(0x45, value, ifTrue: ifTrue, ifFalse: ifFalse)
        }
        go(to: label)
    }

    /// Ends the program: that much of the packet is kept.
    mutating func end(keeping bytes: UInt32) { add(0x06, bytes) }

    /// Ends the program with what the accumulator holds.
    mutating func endWithAccumulator() { add(0x16) }

    /// The finished program.
    ///
    /// - Throws: `ExhaustError` if it is longer than the kernel takes.
    func program() throws(ExhaustError) -> [sock_filter] {
        guard code.count <= Self.limit else {
            throw ExhaustError(
                .configuration, "a capture filter of \(code.count) instructions is longer than the kernel takes",
                advice: "choose fewer interfaces")
        }
        var code = code
        for jump in jumps { code[jump.at].k = UInt32(places[jump.to.number] - jump.at - 1) }
        return code
    }
}
