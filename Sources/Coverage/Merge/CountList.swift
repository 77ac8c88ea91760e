/// Counts of things, such as the lines of one file, by ascending key.
///
/// A program has tens of thousands of them, most of which are put in once, in order, and read once: for
/// that an array takes a tenth of a dictionary's time.
struct CountList<Key: Comparable & Sendable>: Sendable {
    private(set) var elements: [(key: Key, count: UInt64)] = []

    var isEmpty: Bool { elements.isEmpty }

    /// Counts in any order.
    ///
    /// - Parameter areAdded: whether several counts of one key add up; else the largest stays.
    init(_ counts: [(key: Key, count: UInt64)] = [], areAdded: Bool = false) {
        let isAscending = zip(counts, counts.dropFirst()).allSatisfy { $0.key < $1.key }
        if isAscending {
            elements = counts
            return
        }
        for (key, count) in counts.sorted(by: { $0.key < $1.key }) {
            if let last = elements.last, last.key == key {
                elements[elements.count - 1].count = Self.sum(last.count, count, areAdded)
            } else {
                elements.append((key, count))
            }
        }
    }

    /// A key's count; nil for a key that is not there.
    func count(of key: Key) -> UInt64? {
        let place = elements.partitioningIndex { $0.key >= key }
        return place < elements.count && elements[place].key == key ? elements[place].count : nil
    }

    /// Adds all counts of another list.
    mutating func add(_ other: CountList, areAdded: Bool) {
        guard !isEmpty else {
            self = other
            return
        }
        var merged: [(key: Key, count: UInt64)] = []
        merged.reserveCapacity(elements.count + other.elements.count)
        var next = 0
        for element in elements {
            while next < other.elements.count, other.elements[next].key < element.key {
                merged.append(other.elements[next])
                next += 1
            }
            merged.append(element)
            if next < other.elements.count, other.elements[next].key == element.key {
                let sum = Self.sum(element.count, other.elements[next].count, areAdded)
                merged[merged.count - 1].count = sum
                next += 1
            }
        }
        merged += other.elements[next...]
        elements = merged
    }

    /// Adds counts in any order, but for keys that are there.
    mutating func addNew(_ counts: [(key: Key, count: UInt64)], areAdded: Bool) {
        let new = counts.filter { count(of: $0.key) == nil }
        if !new.isEmpty { add(CountList(new, areAdded: areAdded), areAdded: areAdded) }
    }

    private static func sum(_ one: UInt64, _ other: UInt64, _ areAdded: Bool) -> UInt64 {
        areAdded ? UInt64(clampedSum: one, other) : max(one, other)
    }
}
