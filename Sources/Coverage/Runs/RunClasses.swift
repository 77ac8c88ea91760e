/// Runs by what they executed of some blocks: those of one class executed the same of them.
public struct RunClasses: Sendable {
    private struct Class {
        /// The class that it was a part of, and the block that its runs executed.
        var (parent, block): (Int, Int)
    }

    private var classes = [Class(parent: -1, block: -1)]
    /// By the runs' numbers.
    private var numbers: [Int32]
    private var blockCount = 0

    /// So many runs, of which nothing is known.
    public init(runCount: Int) { numbers = Array(repeating: 0, count: runCount) }

    /// Adds a block, whose number is how many there were before.
    ///
    /// - Parameter runs: those that executed it, which are below the number of runs.
    public mutating func add(runs: [Range<Int>]) {
        var parts: [Int32: Int32] = [:]
        var (last, lastPart): (Int32, Int32) = (-1, -1)
        for range in runs {
            for run in range {
                let number = numbers[run]
                if number != last {
                    last = number
                    if let known = parts[number] {
                        lastPart = known
                    } else {
                        lastPart = Int32(truncatingIfNeeded: classes.count)
                        parts[number] = lastPart
                        classes.append(Class(parent: Int(number), block: blockCount))
                    }
                }
                numbers[run] = lastPart
            }
        }
        blockCount += 1
    }

    /// The number of a run's class.
    public func number(ofRun run: Int) -> Int { Int(numbers[run]) }

    /// The blocks that the runs of a class executed, by their numbers, the last first.
    public func blocks(ofClass number: Int) -> [Int] {
        var blocks: [Int] = []
        var number = number
        while classes[number].parent >= 0 {
            blocks.append(classes[number].block)
            number = classes[number].parent
        }
        return blocks
    }
}
