/// Rising numbers, taken from the front; some may come back to their place.
struct NumberQueue: Sendable {
    private var numbers: [Int] = []
    private var head = 0

    var isEmpty: Bool { head == numbers.count }

    /// Adds a number above all others.
    mutating func append(_ number: Int) { numbers.append(number) }

    /// The lowest number.
    mutating func popFirst() -> Int? {
        guard head < numbers.count else { return nil }
        defer {
            head += 1
            // Moved together when half is gone, so that the cost a number is constant.
            if head * 2 > numbers.count + 64 {
                numbers.removeFirst(head)
                head = 0
            }
        }
        return numbers[head]
    }

    /// Puts numbers back in their places.
    mutating func insert(_ returning: [Int]) {
        guard !returning.isEmpty else { return }
        numbers = (numbers[head...] + returning).sorted()
        head = 0
    }

    /// Takes out all numbers that are `unwanted`, in order.
    mutating func remove(where unwanted: (Int) -> Bool) -> [Int] {
        let taken = numbers[head...].filter(unwanted)
        numbers = numbers[head...].filter { !unwanted($0) }
        head = 0
        return taken
    }
}
