/// Suggests what somebody meant to write.
public enum Spelling {
    /// The candidate with the smallest edit distance to `word`, if that is at most a third of its length.
    public static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
        let scored = candidates.map { (distance(word, $0), $0) }.sorted { $0 < $1 }
        guard let best = scored.first, best.0 <= max(1, word.count / 3) else { return nil }
        return best.1
    }

    /// Levenshtein's distance in characters.
    static func distance(_ left: String, _ right: String) -> Int {
        let right = Array(right)
        var row = Array(0...right.count)
        for (index, character) in left.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for column in right.indices {
                let substitution = diagonal + (right[column] == character ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(substitution, row[column] + 1, diagonal + 1)
            }
        }
        return row[right.count]
    }
}
