import ExhaustCore
import PerfEmitter

// Safe: libFuzzer calls from one thread.
nonisolated(unsafe) private var tree = makeTree()

/// What libFuzzer calls with each input: a file of the recorded tree, chosen by the first byte, has the rest as its
/// content. A trap is a finding, and so is a sample that does not fit the schema; `make fuzz` runs it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPerf(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    var bytes = Array(UnsafeRawBufferPointer(start: data, count: size))[...]
    guard let first = bytes.popFirst() else { return 0 }
    checkAnswer(bytes)
    tree.check(Int(first), Array(bytes))
    return 0
}

/// systemd's answer: what is taken for one lies within what came.
private func checkAnswer(_ bytes: ArraySlice<UInt8>) {
    guard let length = BusMessage.length(bytes.prefix(16), limit: 1 << 20), length <= bytes.count,
        let answer = BusMessage.answer(bytes.prefix(length))
    else { return }
    precondition(SystemdUnit.list(answer.body)?.count ?? 0 <= bytes.count, "units out of nothing")
}

private func makeTree() -> HostileTree {
    do {
        return try HostileTree()
    } catch {
        preconditionFailure("\(error)")
    }
}
