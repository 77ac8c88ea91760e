import Coverage

/// Works out how often runs came to a place, by their blocks there; for the same blocks without hit counts once.
struct PlaceHits: Sendable {
    /// What was executed of a piece of a place.
    private struct Executed: Hashable {
        var part, piece: Int
        var blocks: BlockSet
    }

    /// Of more it is worked out anew.
    private static let mostKnown = 1 << 16

    private let place: FoundPlace
    private var known: [Executed: UInt64] = [:]

    init(_ place: FoundPlace) { self.place = place }

    /// - Parameter found: the run's blocks, by the part's number.
    mutating func count(_ found: FoundBlocks) -> UInt64 {
        if found.isEnough { return 1 }
        var sum: UInt64 = 0
        for (index, part) in place.parts.enumerated() {
            for (piece, blocks) in part.count.pieces(of: found.set(of: index), base: part.base) {
                if found.isCounted {
                    let count = part.count.count(ofPiece: piece, blocks, base: part.base)
                    sum = UInt64(clampedSum: sum, count)
                    continue
                }
                let executed = Executed(part: index, piece: piece, blocks: blocks)
                let count =
                    known[executed] ?? part.count.count(ofPiece: piece, blocks, base: part.base)
                if known.count < PlaceHits.mostKnown { known[executed] = count }
                if count > 0 { return 1 }
            }
        }
        return sum
    }
}
