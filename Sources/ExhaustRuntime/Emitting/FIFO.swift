/// A queue: elements come in behind and go out in front.
struct FIFO<Element> {
    private var elements: [Element?] = []
    private var head = 0

    var count: Int { elements.count - head }
    var isEmpty: Bool { count == 0 }
    var first: Element? { head < elements.count ? elements[head] : nil }

    mutating func append(_ element: Element) { elements.append(element) }

    mutating func popFirst() -> Element? {
        guard head < elements.count, let element = elements[head] else { return nil }
        elements[head] = nil
        head += 1
        // Moved together when half is gone, so that the cost an element is constant.
        if head * 2 > elements.count + 32 {
            elements.removeFirst(head)
            head = 0
        }
        return element
    }

    /// The element at `index` from the front.
    subscript(index: Int) -> Element? {
        get { elements[head + index] }
        set { elements[head + index] = newValue }
    }

    /// Takes out all elements that are `unwanted`.
    mutating func remove(where unwanted: (Element) -> Bool) {
        elements = elements[head...].filter { $0.map { !unwanted($0) } ?? false }
        head = 0
    }
}
