import ExhaustCore
import Testing

@testable import NetEmitter

@Suite("A table whose entries age")
struct AgingTableTests {
    private func time(_ seconds: Int64) -> Timestamp { Timestamp(seconds: seconds) }

    @Test("gives its entries back, oldest use first, and takes no more than its limit")
    func order() {
        var table = AgingTable<Int, String>(limit: 3)
        for key in 1...4 { table.add(key, "\(key)", at: time(Int64(key))) }
        #expect(table.count == 3 && table.isFull && table.place(of: 4) == nil)
        if let place = table.place(of: 1) {
            table.touch(place, at: time(5))
            table[place]? += "!"
        }
        #expect(table.removeOldest(before: time(2)) == nil)
        #expect(table.removeOldest(before: time(3))?.value == "2")
        #expect(table.remove(3) == "3" && table.remove(3) == nil)
        table.add(9, "9", at: time(6))
        #expect(table.removeOldest()?.value == "1!" && table.removeOldest()?.value == "9")
        #expect(table.removeOldest() == nil && table.count == 0)
    }

    @Test("does as a plain list does, whatever is asked of it")
    func property() {
        var generator = SeededGenerator(seed: 3)
        var table = AgingTable<Int, Int>(limit: 8)
        var model: [(key: Int, value: Int, used: Int64)] = []
        for step in 0..<20_000 {
            let key = Int.random(in: 0..<12, using: &generator)
            let now = Int64(step)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0:
                table.add(key, step, at: time(now))
                if model.count < 8, !model.contains(where: { $0.key == key }) { model.append((key, step, now)) }
            case 1:
                guard let place = table.place(of: key) else { break }
                table.touch(place, at: time(now))
                if let index = model.firstIndex(where: { $0.key == key }) {
                    let entry = model.remove(at: index)
                    model.append((key, entry.value, now))
                }
            case 2:
                let index = model.firstIndex { $0.key == key }
                #expect(table.remove(key) == index.map { model.remove(at: $0).value })
            default:
                let isOld = model.first.map { $0.used < now - 10 } ?? false
                #expect(table.removeOldest(before: time(now - 10))?.value == (isOld ? model.removeFirst().value : nil))
            }
            #expect(table.count == model.count)
        }
    }
}
