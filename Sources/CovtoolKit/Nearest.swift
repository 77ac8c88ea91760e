/// What somebody probably meant who wrote something else.
public enum Nearest {
    /// The word that is nearest to `text`: one that it begins, or one that few changes make of it.
    static func word(to text: String, among words: [String]) -> String? {
        let least = 3
        if text.count >= least, let whole = words.first(where: { $0.hasPrefix(text) }) {
            return whole
        }
        let distances = words.map { (word: $0, distance: distance(text, $0)) }
        guard let best = distances.min(by: { $0.distance < $1.distance }),
            best.distance <= max(1, min(text.count, best.word.count) / 3)
        else { return nil }
        return best.word
    }

    /// The question that ends a message; empty where nothing is near.
    public static func question(_ text: String, among words: [String]) -> String {
        word(to: text, among: words).map { ": did you mean '\($0)'?" } ?? ""
    }

    /// How many letters are to be put in, left out, exchanged, or swapped with their neighbour.
    private static func distance(_ one: String, _ other: String) -> Int {
        let (one, other) = (Array(one.utf8), Array(other.utf8))
        var (beforeLast, last) = ([Int](), Array(0...other.count))
        for row in one.indices {
            var next = [row + 1]
            for column in other.indices {
                let isSame = one[row] == other[column]
                var least = min(
                    last[column] + (isSame ? 0 : 1), last[column + 1] + 1, next[column] + 1)
                if row > 0, column > 0, one[row] == other[column - 1], one[row - 1] == other[column]
                {
                    least = min(least, beforeLast[column - 1] + 1)
                }
                next.append(least)
            }
            (beforeLast, last) = (last, next)
        }
        return last[other.count]
    }
}
