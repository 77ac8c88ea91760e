extension SourceCoverage {
    /// A place in the source where code decides which way to go: a condition, or a `switch`.
    public struct Branch: Equatable, Sendable {
        /// A way that it can go.
        public struct Way: Equatable, Sendable {
            /// How often it went there; without hit counts, in how many runs at least. Nil where blocks do not say
            /// whether it did.
            public var hits: Int?
            /// The line that it leads to, in the same file; 0 where that is another file's, or not known.
            public var destination: Int

            /// Makes a way of its fields.
            public init(hits: Int?, destination: Int = 0) {
                self.hits = hits
                self.destination = destination
            }
        }

        /// The line, from 1.
        public var line: Int
        /// Whether it was ever come to.
        public var isReached: Bool
        /// Two or more, in the order of the code.
        public var ways: [Way]

        /// Makes a branch of its fields.
        public init(line: Int, isReached: Bool, ways: [Way]) {
            self.line = line
            self.isReached = isReached
            self.ways = ways
        }

        /// Adds what something else says of it, which has the same ways.
        mutating func add(_ other: Branch, areAdded: Bool) {
            isReached = isReached || other.isReached
            for (index, way) in other.ways.enumerated() where index < ways.count {
                let sum: Int?
                switch (ways[index].hits, way.hits) {
                case (let one?, let two?):
                    let (all, overflow) = one.addingReportingOverflow(two)
                    sum = areAdded ? (overflow ? .max : all) : max(one, two)
                // What was taken once is known to have been.
                case (let known, nil), (nil, let known):
                    sum = known.flatMap { $0 > 0 ? $0 : nil }
                }
                ways[index].hits = sum
            }
        }
    }
}

extension SourceCoverage.Branch {
    /// How many ways there are of which it is known whether they were taken, with how many were, and how many of which
    /// it is not known.
    public static func counts(_ branches: some Sequence<SourceCoverage.Branch>)
        -> (known: SourceCoverage.Count, unknown: Int)
    {
        var (count, unknown) = (SourceCoverage.Count(), 0)
        for branch in branches {
            for way in branch.ways {
                if let hits = way.hits {
                    count.found += 1
                    count.hit += hits > 0 ? 1 : 0
                } else {
                    unknown += 1
                }
            }
        }
        return (count, unknown)
    }
}

/// The branches of lines that are gone through in ascending order.
public struct BranchWalk {
    private var rest: ArraySlice<SourceCoverage.Branch>

    /// - Parameter branches: by line.
    public init(_ branches: [SourceCoverage.Branch]) { rest = branches[...] }

    /// Those of a line, behind the one that was asked for last.
    public mutating func branches(of line: Int) -> ArraySlice<SourceCoverage.Branch> {
        // Most lines have none, and most reports.
        guard !rest.isEmpty else { return rest }
        while let first = rest.first, first.line < line { rest.removeFirst() }
        let own = rest.prefix { $0.line == line }
        rest = rest[own.endIndex...]
        return own
    }

    /// How many ways those of a line can go, as far as it is known whether they did.
    public mutating func count(of line: Int) -> SourceCoverage.Count {
        SourceCoverage.Branch.counts(branches(of: line)).known
    }
}
