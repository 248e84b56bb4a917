/// Which task needs which, by index.
struct TaskGraph {
    private let needs: [[Int]]

    /// A graph where task `i` needs the tasks `needs[i]`, each a valid index.
    init(needs: [[Int]]) { self.needs = needs }

    /// A loop of tasks that need each other, first one repeated at the end; `nil` if there is none.
    func cycle() -> [Int]? {
        var finished = Set<Int>()
        for start in needs.indices {
            var path: [(task: Int, next: Int)] = [(start, 0)]
            while let (task, next) = path.last {
                guard !finished.contains(task), next < needs[task].count else {
                    finished.insert(task)
                    path.removeLast()
                    continue
                }
                path[path.count - 1].next += 1
                let needed = needs[task][next]
                if let first = path.firstIndex(where: { $0.task == needed }) {
                    return path[first...].map(\.task) + [needed]
                }
                path.append((needed, 0))
            }
        }
        return nil
    }

    /// Every task that has ended before `task` starts. The graph must have no cycle.
    func ancestors(of task: Int) -> Set<Int> {
        var found = Set<Int>()
        var open = needs[task]
        while let next = open.popLast() {
            if found.insert(next).inserted { open += needs[next] }
        }
        return found
    }
}
