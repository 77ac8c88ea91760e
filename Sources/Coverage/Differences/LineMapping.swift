import Trace

/// Which line of a file's old version is which line of its new version, by what was changed between them.
public struct LineMapping: Equatable, Sendable {
    /// Lines that were replaced: those of the old version by those of the new one. One side can be empty; its
    /// bound is then the line before which the other side's lines are missing.
    public struct Change: Equatable, Sendable {
        /// The lines of the old version, from 1.
        public var old: Range<Int>
        /// The lines of the new version, from 1.
        public var new: Range<Int>

        /// Makes a change of its lines.
        public init(old: Range<Int>, new: Range<Int>) {
            self.old = old
            self.new = new
        }
    }

    /// The changes, in order; unchanged lines lie between any two.
    public private(set) var changes: [Change] = []

    /// Every line is the same.
    public init() {}

    /// Adds a change behind all others; an empty one says nothing.
    ///
    /// - Returns: whether it fits: it begins behind the others, as far behind them in one version as in the other.
    mutating func append(_ change: Change) -> Bool {
        let last = changes.last ?? Change(old: 1..<1, new: 1..<1)
        let distance = change.old.lowerBound - last.old.upperBound
        guard distance >= 0, distance == change.new.lowerBound - last.new.upperBound else {
            return false
        }
        if change.old.isEmpty && change.new.isEmpty { return true }
        if distance == 0, !changes.isEmpty {
            changes[changes.count - 1] = Change(
                old: last.old.lowerBound..<change.old.upperBound,
                new: last.new.lowerBound..<change.new.upperBound)
        } else {
            changes.append(change)
        }
        return true
    }

    /// The line in the new version, or the one that a removed line stood before.
    public func place(of old: Int) -> (line: Int, isRemoved: Bool) {
        let next = changes.partitioningIndex { $0.old.lowerBound > old }
        guard next > 0 else { return (old, false) }
        let change = changes[next - 1]
        let distance = old - change.old.upperBound
        return distance < 0
            ? (change.new.lowerBound, true) : (change.new.upperBound + distance, false)
    }

    /// The line in the new version; nil where it was removed.
    public func newLine(of old: Int) -> Int? {
        let place = place(of: old)
        return place.isRemoved ? nil : place.line
    }

    /// The line in the old version; nil where it was added.
    public func oldLine(of new: Int) -> Int? {
        let next = changes.partitioningIndex { $0.new.lowerBound > new }
        guard next > 0 else { return new }
        let distance = new - changes[next - 1].new.upperBound
        return distance < 0 ? nil : changes[next - 1].old.upperBound + distance
    }

    /// The lines that the new version has and the old one has not, ascending.
    public var addedLines: [Int] { changes.flatMap { Array($0.new) } }
}
