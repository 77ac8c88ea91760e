/// How many blocks are reached after how many inputs.
public struct GrowthCurve: Equatable, Sendable {
    /// An input that reached blocks that none before it had reached.
    public struct Point: Equatable, Sendable {
        /// Inputs up to this one.
        public var inputs: Int
        /// Different blocks that they have reached.
        public var blocks: Int
        /// What the input is called.
        public var input: String
    }

    /// In order: both numbers grow from each to the next.
    public private(set) var points: [Point] = []
    /// All inputs.
    public private(set) var inputCount = 0

    /// The curve before the first input.
    public init() {}

    /// The blocks that all inputs reach.
    public var blockCount: Int { points.last?.blocks ?? 0 }

    /// Adds the next input, and how many blocks it reaches that none before it has.
    public mutating func add(_ input: String, newBlocks: Int) {
        inputCount += 1
        guard newBlocks > 0 else { return }
        points.append(Point(inputs: inputCount, blocks: blockCount + newBlocks, input: input))
    }
}
