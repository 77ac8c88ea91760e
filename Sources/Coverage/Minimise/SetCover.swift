/// Chooses few runs that have all blocks: the greedy set cover, whose result needs at most
/// ln(n) + 1 times the weight of the best one, n being the blocks of the largest run (Chvátal 1979).
public struct SetCover: Sendable {
    /// A run to choose from.
    public struct Run: Sendable {
        /// The numbers of its blocks, in any order.
        public var blocks: [UInt32]
        /// What choosing it costs, from 0.
        public var weight: Double
        /// Of runs that are as good, the one with the lowest place is chosen.
        public var place: Int

        /// Makes a run of its fields.
        public init(blocks: [UInt32], weight: Double, place: Int) {
            self.blocks = blocks
            self.weight = weight
            self.place = place
        }
    }

    /// A chosen run.
    public struct Choice: Equatable, Sendable {
        /// Its index.
        public var run: Int
        /// The blocks that it has and those chosen before have not.
        public var added: Int

        /// Makes a choice of its fields.
        public init(run: Int, added: Int) {
            self.run = run
            self.added = added
        }
    }

    private struct Candidate {
        var run: Int
        var gain: Int
        var worth: Double
        var place: Int

        init(_ index: Int, _ run: Run, gain: Int) {
            (self.run, self.gain, place) = (index, gain, run.place)
            worth = run.weight > 0 ? Double(gain) / run.weight : .infinity
        }

        func isBetter(than other: Candidate) -> Bool {
            // Of two that cost nothing, the larger one.
            (worth, worth == .infinity ? gain : 0, -place)
                > (other.worth, other.worth == .infinity ? other.gain : 0, -other.place)
        }
    }

    private var runs: [Run]
    private let bound: Int

    /// - Parameter bound: all blocks' numbers are below it.
    public init(_ runs: [Run], bound: Int) {
        self.runs = runs
        self.bound = bound
    }

    /// The chosen runs, each of which adds most for its weight to those before it, until all blocks
    /// are covered.
    ///
    /// How much a run adds only ever falls, so what was worked out for it once is a limit from above:
    /// it is worked out anew only when it comes to the top (Minoux 1978).
    public func greedy() -> [Choice] {
        var runs = runs
        var covered = [Bool](repeating: false, count: bound)
        var heap = Heap<Candidate> { $0.isBetter(than: $1) }
        for index in runs.indices {
            // Each block once.
            for block in runs[index].blocks { covered[Int(block)] = true }
            var once: [UInt32] = []
            for block in runs[index].blocks where covered[Int(block)] {
                covered[Int(block)] = false
                once.append(block)
            }
            runs[index].blocks = once
            heap.insert(Candidate(index, runs[index], gain: once.count))
        }
        var choices: [Choice] = []
        while let top = heap.popFirst() {
            SetCover.drop(coveredIn: &runs[top.run].blocks, covered)
            let gain = runs[top.run].blocks.count
            guard gain > 0 else { continue }
            let candidate = Candidate(top.run, runs[top.run], gain: gain)
            if let next = heap.first, next.isBetter(than: candidate) {
                heap.insert(candidate)
                continue
            }
            for block in runs[top.run].blocks { covered[Int(block)] = true }
            choices.append(Choice(run: top.run, added: gain))
        }
        return choices
    }

    /// The choices without those that the others have made superfluous, the last first.
    public func pruned(_ choices: [Choice]) -> [Choice] {
        var times = [UInt32](repeating: 0, count: bound)
        let sets = choices.map { Set(runs[$0.run].blocks) }
        for set in sets { for block in set { times[Int(block)] += 1 } }
        var isKept = [Bool](repeating: true, count: choices.count)
        for index in choices.indices.reversed()
        where sets[index].allSatisfy({ times[Int($0)] > 1 }) {
            isKept[index] = false
            for block in sets[index] { times[Int(block)] -= 1 }
        }
        // What each adds is another number without those that are gone.
        var covered = [Bool](repeating: false, count: bound)
        return choices.indices.filter { isKept[$0] }
            .map { index in
                var added = 0
                for block in sets[index] where !covered[Int(block)] {
                    covered[Int(block)] = true
                    added += 1
                }
                return Choice(run: choices[index].run, added: added)
            }
    }

    private static func drop(coveredIn blocks: inout [UInt32], _ covered: [Bool]) {
        blocks.removeAll { covered[Int($0)] }
    }
}
