import Coverage

/// Works out how often runs came to a place, by their blocks there; for the same blocks without hit counts once.
struct PlaceHits: Sendable {
    /// Of more different sets of blocks it is worked out anew.
    private static let mostKnown = 1 << 14

    private let place: FoundPlace
    /// By the part's number.
    private var known: [[BlockSet: UInt64]]

    init(_ place: FoundPlace) {
        self.place = place
        known = .init(repeating: [:], count: place.parts.count)
    }

    /// - Parameter found: the run's blocks, by the part's number.
    mutating func count(_ found: FoundBlocks) -> UInt64 {
        var sum: UInt64 = 0
        for (index, part) in place.parts.enumerated() {
            let blocks = found.set(of: index)
            guard !blocks.isEmpty else { continue }
            if found.isCounted {
                sum = UInt64(clampedSum: sum, part.count.count(blocks, base: part.base))
            } else if let before = known[index][blocks] {
                sum = max(sum, before)
            } else {
                let count = part.count.count(blocks, base: part.base)
                if known[index].count < PlaceHits.mostKnown { known[index][blocks] = count }
                sum = max(sum, count)
            }
        }
        return sum
    }
}
