/// What was executed of the code of one module's functions, with sources or without.
public struct ModuleFunctions: Sendable {
    /// A function that has code of its own.
    public struct Function: Sendable {
        /// The name as people write it, demangled where that was asked for.
        public var name: String
        /// The name as the linker has it.
        public var linkageName: String
        /// The path of its source; nil where that is not known.
        public var file: String?
        /// The line of its declaration; 0 where it is not known.
        public var line: Int
        /// Where it is entered, by the ELF file's own addresses.
        public var address: UInt64
        /// How often it was entered; without hit counts, in how many runs.
        public var hits: UInt64
        /// Bytes of its code, and those of them that were executed.
        public var bytes: SourceCoverage.Count
        /// Its basic blocks: what ends with a jump, or where something jumps to, with calls within. Nil where the
        /// processor's instructions cannot be read.
        public var blocks: SourceCoverage.Count?
        /// Its conditional jumps, by address; empty where that was not asked for.
        public var jumps: [Jump]
    }

    /// A conditional jump.
    public struct Jump: Equatable, Sendable {
        /// The ways that it went.
        public enum Verdict: String, CaseIterable, Sendable {
            /// It jumped, and it went on to what stands behind it.
            case both
            /// It always jumped.
            case taken
            /// It never jumped.
            case fallThrough = "fell"
            /// It was not come to.
            case never
            /// Blocks do not say of both ways whether it went there.
            case unknown
        }

        /// Where it is, by the ELF file's own addresses.
        public var address: UInt64
        /// Where it leads.
        public var target: UInt64
        /// How often it jumped, and how often it went on; without counts, in how many runs at least. Nil where that is
        /// not known.
        public var taken, fellThrough: UInt64?
        /// Whether it can have been more often, where counts are executions.
        public var takenIsLeast = false, fellThroughIsLeast = false
        /// Whether it was come to.
        public var isReached: Bool

        /// Makes a jump of its fields.
        public init(
            address: UInt64, target: UInt64, taken: UInt64?, fellThrough: UInt64?, isReached: Bool
        ) {
            (self.address, self.target) = (address, target)
            (self.taken, self.fellThrough) = (taken, fellThrough)
            self.isReached = isReached
        }

        /// The ways that it went.
        public var verdict: Verdict {
            guard isReached else { return .never }
            switch (taken.map { $0 > 0 }, fellThrough.map { $0 > 0 }) {
            case (true?, true?): return .both
            case (true?, false?): return .taken
            case (false?, true?): return .fallThrough
            // Neither way, or not both: where it went is not known.
            default: return .unknown
            }
        }
    }

    /// The module's path.
    public var path: String
    /// By address.
    public var functions: [Function]

    /// Makes it of its parts.
    public init(path: String, functions: [Function]) {
        (self.path, self.functions) = (path, functions)
    }
}

extension ModuleFunctions.Jump {
    /// The two ways of each jump, as far as it is known whether it went there, with those that it went; and how many
    /// are not known.
    public static func ways(_ jumps: some Sequence<ModuleFunctions.Jump>)
        -> (known: SourceCoverage.Count, unknown: Int)
    {
        var (count, unknown) = (SourceCoverage.Count(), 0)
        for jump in jumps {
            for way in jump.isReached ? [jump.taken, jump.fellThrough] : [0, 0] {
                if let way {
                    count.found += 1
                    count.hit += way > 0 ? 1 : 0
                } else {
                    unknown += 1
                }
            }
        }
        return (count, unknown)
    }
}
