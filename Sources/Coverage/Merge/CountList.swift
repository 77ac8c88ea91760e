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
        guard !other.isEmpty else { return }
        let (one, two) = (elements, other.elements)
        var merged: [(key: Key, count: UInt64)] = []
        merged.append(addingCapacity: one.count + two.count) { output in
            let (one, two) = (one.span, two.span)
            var (left, right) = (0, 0)
            while left < one.count || right < two.count {
                if right == two.count || left < one.count && one[left].key < two[right].key {
                    output.append(one[left])
                    left += 1
                } else if left == one.count || two[right].key < one[left].key {
                    output.append(two[right])
                    right += 1
                } else {
                    let sum = Self.sum(one[left].count, two[right].count, areAdded)
                    output.append((one[left].key, sum))
                    left += 1
                    right += 1
                }
            }
        }
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
