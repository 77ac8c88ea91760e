/// Sets of runs, each of them once: what is always executed together has one set.
public struct RunSets: Sendable {
    /// How many runs there are.
    public let runCount: Int
    private var numbers: [[UInt8]: Int] = [:]
    /// As ``RunRanges`` has them.
    private var lists: [[UInt8]] = []

    /// No set, of so many runs.
    public init(runCount: Int) { self.runCount = runCount }

    /// How many different sets there are.
    public var count: Int { lists.count }

    /// The runs of a set, by its number, in ascending order.
    public func ranges(of number: Int) -> [Range<Int>] {
        let list = lists[number]
        return RunRanges.read(list.span, count: runCount) ?? []
    }

    /// The number of the set of all runs, of which there must be one.
    mutating func numberOfAll() -> Int {
        number(ofRuns: CollectionOfOne(0..<UInt32(truncatingIfNeeded: runCount)))
    }

    /// The number of a set, whose ranges come in ascending order and are not empty; several can follow each other.
    mutating func number(ofRuns runs: some Sequence<Range<UInt32>>) -> Int {
        var list = RunList()
        for range in runs { list.add(range) }
        return number(of: list)
    }

    /// The number of a set.
    mutating func number(of list: RunList) -> Int {
        var list = list
        list.finish()
        if let known = numbers[list.bytes] { return known }
        numbers[list.bytes] = lists.count
        lists.append(list.bytes)
        return lists.count - 1
    }

    /// The number of the runs that any of some sets has; nil for no set.
    public mutating func union(of numbers: [Int]) -> Int? {
        let different = Set(numbers)
        guard different.count > 1 else { return different.first }
        var has = [Bool](repeating: false, count: runCount)
        for number in different {
            for range in ranges(of: number) {
                for run in range { has[run] = true }
            }
        }
        return number(ofRuns: has.indices.lazy.filter { has[$0] }.map(RunSets.one))
    }

    /// The range of one run.
    static func one(_ run: Int) -> Range<UInt32> {
        let run = UInt32(truncatingIfNeeded: run)
        return run..<run + 1
    }
}
