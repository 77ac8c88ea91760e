/// The blocks of many runs, and which runs executed each, put together from tables of some runs each.
public struct RunBlocks: Sendable {
    /// Its counts are the blocks' numbers.
    private var collector: Collector
    /// By the blocks' numbers.
    private var lists: [RunList] = []
    /// By the blocks' numbers, the executions; nil where no run counts them.
    private var hits: [UInt64?] = []
    /// How many runs there are.
    public private(set) var runCount = 0

    /// No run.
    public init(_ rules: ModuleRules) { collector = Collector(counting: .files, rules: rules) }

    /// The table of a part of the runs that is being added.
    public struct Part {
        /// The numbers of its modules; nil for those that are not wanted.
        fileprivate var modules: [Int?]
        fileprivate var firstRun: Int
    }

    /// Begins to add runs, which come behind those that are there.
    ///
    /// - Parameters:
    ///   - count: of the runs.
    ///   - source: a number of the file that they are from.
    public mutating func begin(_ count: Int, _ modules: [RunTable.Module], source: Int) -> Part {
        defer { runCount += count }
        return Part(
            modules: collector.addModules(modules, source: source), firstRun: runCount)
    }

    /// Adds a block of the runs that were begun.
    ///
    /// - Parameters:
    ///   - module: its number among theirs; that of modules for none.
    ///   - place: bytes from the module's base; of none an address, cut to 32 bits.
    ///   - runs: their numbers, from 0 in each part.
    ///   - hits: how often it was executed; nil where none of the runs counts that.
    /// - Throws: ``MergeError/tooManyModules``.
    public mutating func add(
        module: Int, place: UInt64, size: UInt16, runs: [Range<Int>], hits: UInt64?, of part: Part
    ) throws(MergeError) {
        var own: Int?
        if module < part.modules.count {
            guard let wanted = part.modules[module] else { return }
            own = wanted
        } else if !collector.registry.rules.selection.hasOutside {
            return
        }
        let number = try collector.number(
            ofBlockAt: place, size: size, inModule: own, next: lists.count)
        if number == lists.count {
            lists.append(RunList())
            self.hits.append(nil)
        }
        for range in runs {
            let (start, end) = (part.firstRun + range.lowerBound, part.firstRun + range.upperBound)
            lists[number].add(
                UInt32(truncatingIfNeeded: start)..<UInt32(truncatingIfNeeded: end))
        }
        if let hits {
            self.hits[number] = UInt64(clampedSum: self.hits[number] ?? 0, hits)
        }
    }

    /// The modules with their blocks, whose counts are 1 more than their numbers.
    ///
    /// - Throws: ``MergeError`` where modules of one path are not the same file.
    public func profile() throws(MergeError) -> Profile { try collector.profile() }

    /// The runs of a block, by its number, and how often they executed it.
    public func runs(ofBlock number: Int, in sets: inout RunSets) -> (set: Int, hits: UInt64?) {
        (sets.number(of: lists[number]), hits[number])
    }
}

/// A block of a module, and the runs that executed it.
public struct ReachedBlock: Sendable {
    /// Bytes from the module's base.
    public var offset: UInt64
    /// Length in bytes.
    public var size: UInt16
    /// The number of the set of the runs.
    public var runs: Int

    /// Makes it of its fields.
    public init(offset: UInt64, size: UInt16, runs: Int) {
        (self.offset, self.size, self.runs) = (offset, size, runs)
    }
}
