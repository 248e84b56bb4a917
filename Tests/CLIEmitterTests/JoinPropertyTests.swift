import ExhaustCore
import Testing

@testable import CLIEmitter

@Suite("Properties of the join")
struct JoinPropertyTests {
    @Test("every command of a hook and every exec is in exactly one record", arguments: 0..<60)
    func exactlyOnce(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        var bench = JoinBench()
        var (pid, number) = (Int32(100), UInt64(0))
        var (execs, commands): ([Int32], [UInt64]) = ([], [])
        let shells: [Int32] = [10, 11, 12]
        for shell in shells { bench.shell(shell) }
        var living: [Int32] = []
        func next() -> Int32 {
            pid += 1
            return pid
        }
        for _ in 0..<80 {
            let shell = shells[Int.random(in: 0..<3, using: &random)]
            if Int.random(in: 0..<4, using: &random) == 0 {
                let one = next()
                execs.append(one)
                bench.run(one, parent: Bool.random(using: &random) ? shell : 1)
                continue
            }
            number += 1
            commands.append(number)
            let loses = (
                start: Int.random(in: 0..<9, using: &random) == 0, end: Int.random(in: 0..<9, using: &random) == 0
            )
            // At least one report arrives, or the hook knows of no command.
            if !loses.start || loses.end { bench.report(.start, shell, number, helper: next()) }
            for _ in 0..<Int.random(in: 0..<4, using: &random) {
                let one = next()
                execs.append(one)
                let ends = Int.random(in: 0..<5, using: &random) > 0
                bench.run(one, parent: shell, exit: ends ? 0 : nil)
                if !ends { living.append(one) }
            }
            if !loses.end { bench.report(.end, shell, number, helper: next(), exit: 0) }
            bench.wait(.milliseconds(Int.random(in: 0..<30_000, using: &random)))
        }
        for one in living { bench.kernel(one, .exit(status: 9)) }
        bench.wait(.seconds(5))
        bench.records += bench.join.finish()
        // An event that says that a command runs is followed by another of the same id, or is the last that is known.
        var last: [String: CommandRecord] = [:]
        for record in bench.records { last[record.id] = record }
        #expect(last.values.flatMap { $0.executions.map(\.pid) }.sorted() == execs.sorted())
        #expect(last.values.compactMap { $0.told?.number }.sorted() == commands)
        #expect(
            bench.records.filter { $0.ended != nil }.count
                == Set(bench.records.filter { $0.ended != nil }.map(\.id)).count)
    }
}
