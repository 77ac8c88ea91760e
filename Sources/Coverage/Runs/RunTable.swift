public import Trace

/// Which of some runs executed which blocks: what an index of runs is made of.
public struct RunTable: Sendable {
    /// A module of one run or more.
    public struct Module: Equatable, Sendable {
        /// The path that a profile has.
        public var path: String
        /// Bytes in memory.
        public var size: UInt64
        /// The lowest guest address at which it was loaded.
        public var base: UInt64
        /// Bytes from the base to the entry point; nil where that is not known.
        public var entry: UInt64?
        /// The smallest module id that a run gave it.
        public var rank: Int
        /// The segments, counted from the base, where runs tell of several.
        public var segments: [Range<UInt64>]

        /// Makes a module of its fields.
        public init(
            path: String, size: UInt64, base: UInt64, entry: UInt64?, rank: Int,
            segments: [Range<UInt64>]
        ) {
            self.path = path
            self.size = size
            self.base = base
            self.entry = entry
            self.rank = rank
            self.segments = segments
        }
    }

    /// A block, and the runs that executed it.
    public struct Block: Sendable {
        /// An index into ``RunTable/modules``; their number for a block in none.
        public var module: Int
        /// Bytes from the module's base in the upper 48 bits, the size in the lower 16. Of a block in no module the
        /// address, cut to 32 bits.
        public var key: UInt64
        /// The runs, as ``RunRanges`` has them.
        public var runs: [UInt8]
        /// For each of the runs that have hit counts, in their order, its own, as ``VariableNumber`` has it.
        public var hits: [UInt8]
    }

    /// In an order of their own.
    public private(set) var modules: [Module] = []
    /// By module, then by key.
    public private(set) var blocks: [Block] = []

    init(_ registry: ModuleRegistry, _ keys: BlockKeySet, _ runs: [RunList], _ hits: [[UInt8]]) {
        modules = registry.modules.map { module in
            Module(
                path: module.path, size: module.size, base: module.base, entry: module.entry,
                rank: module.rank, segments: module.segments.min { $0.value < $1.value }?.key ?? [])
        }
        blocks.reserveCapacity(keys.count)
        keys.forEach { key, number in
            var (module, offset) = (modules.count, UInt64(BlockKey.start(key)))
            if BlockKey.space(key) != BlockKey.outside {
                let space = registry.spaces[Int(BlockKey.space(key))]
                module = space.module
                offset |= UInt64(space.high) << 32
            }
            let index = Int(number) - 1
            blocks.append(
                Block(
                    module: module, key: offset << 16 | UInt64(BlockKey.size(key)),
                    runs: runs[index].bytes, hits: hits.isEmpty ? [] : hits[index]))
        }
        blocks.sort { ($0.module, $0.key) < ($1.module, $1.key) }
    }
}

extension RunTable.Module {
    /// The module as a recording of one of the runs has it.
    var recorded: RecordedModule {
        RecordedModule(
            path: path, size: size, base: base, entry: entry, rank: rank, segments: segments)
    }
}

/// Makes a table of runs that are added one after the other.
public struct RunTableBuilder: Sendable {
    private var registry: ModuleRegistry
    /// The blocks; what is counted of each is its number, from 1.
    private var keys = BlockKeySet(counting: true)
    /// By the blocks' numbers, from 0.
    private var runs: [RunList] = []
    /// By the blocks' numbers; empty where no run has hit counts.
    private var hits: [[UInt8]] = []
    /// Of the run that is being added, by the blocks' numbers; and which of them are not 0.
    private var (ownHits, touched) = ([UInt64](), [Int]())
    /// By module id, the number of a space: those of a recording while it is added, and none else; empty before it is
    /// needed.
    private var spaces: [UInt16] = []
    /// How many runs there are.
    public private(set) var runCount = 0

    /// A table without a run.
    public init(_ rules: ModuleRules) { registry = ModuleRegistry(rules) }

    /// Adds a recording of the next run: the runs' numbers count from 0.
    ///
    /// - Parameters:
    ///   - bytes: the file that the recording was read from.
    ///   - source: the file's number.
    ///   - hasHits: whether any of the run's recordings has hit counts.
    ///   - diagnose: called where blocks name a row that is not there; they are left out.
    /// - Throws: ``MergeError/tooManyModules``.
    public mutating func add(
        _ recording: Recording, from bytes: Span<UInt8>, source: Int, hasHits: Bool,
        diagnose: (Diagnosis) -> Void
    ) throws(MergeError) {
        let placing = try BlockPlacing(recording, source: source, in: &registry)
        let run = UInt32(truncatingIfNeeded: runCount)
        var unknown = 0
        if !hasHits, placing.isPlain, case .packed(let range) = recording.blocks {
            unknown = add(packedBlocksIn: bytes, range, placing, run)
            if unknown > 0 { placing.rows.unknown(of: recording, in: bytes).map(diagnose) }
            return
        }
        try recording.forEachBlock(in: bytes) { (block, count) throws(MergeError) in
            let key = try placing.key(of: block, in: &registry)
            switch BlockKey.space(key) {
            case BlockKey.nowhere: unknown += 1
            case BlockKey.unwanted: break
            default:
                let number = keys.number(of: key, next: runs.count)
                if number == runs.count { runs.append(RunList()) }
                runs[number].add(run)
                guard hasHits else { return }
                if number >= ownHits.count {
                    ownHits += repeatElement(0, count: runs.count + 1024 - ownHits.count)
                }
                if ownHits[number] == 0 { touched.append(number) }
                // One more than the hits: a block that a trace says was never executed is there, too.
                let before = max(1, ownHits[number])
                ownHits[number] = UInt64(clampedSum: before, UInt64(count ?? 1))
            }
        }
        if unknown > 0 { placing.rows.unknown(of: recording, in: bytes).map(diagnose) }
    }

    /// Adds blocks without hit counts; gives how many of them are in no module that the recording has.
    private mutating func add(
        packedBlocksIn bytes: Span<UInt8>, _ range: Range<Int>, _ placing: BlockPlacing,
        _ run: UInt32
    ) -> Int {
        if spaces.isEmpty {
            spaces = Array(repeating: BlockKey.nowhere, count: 1 << 16)
            spaces[Int(BlockKey.outside)] = registry.outside
        }
        placing.forEachSpace { spaces[$0] = $1 }
        defer { placing.forEachSpace { id, _ in spaces[id] = BlockKey.nowhere } }
        var unknown = 0
        for offset in stride(
            from: range.lowerBound, to: range.upperBound, by: Trace.Block.packedSize)
        {
            let packed = Trace.Block(in: bytes, at: offset).packed
            let space = spaces[Int(packed >> 48)]
            guard space > BlockKey.unwanted else {
                unknown += space == BlockKey.nowhere ? 1 : 0
                continue
            }
            let number = keys.number(
                of: packed & 0xFFFF_FFFF_FFFF | UInt64(space) << 48, next: runs.count)
            if number == runs.count { runs.append(RunList()) }
            runs[number].add(run)
        }
        return unknown
    }

    /// Ends the run whose recordings were added.
    public mutating func endRun() {
        if !touched.isEmpty {
            if hits.count < runs.count { hits += repeatElement([], count: runs.count - hits.count) }
            for number in touched {
                VariableNumber.append(ownHits[number] - 1, to: &hits[number])
                ownHits[number] = 0
            }
            touched.removeAll(keepingCapacity: true)
        }
        runCount += 1
    }

    /// The runs that were added and ended, as a table.
    public func table() -> RunTable {
        var hits = hits
        if !hits.isEmpty { hits += repeatElement([], count: runs.count - hits.count) }
        return RunTable(
            registry, keys,
            runs.map { run in
                var run = run
                run.finish()
                return run
            }, hits)
    }
}

/// Runs in ascending order, as they come, in few bytes: for each range of them, how many there are between it and the one
/// before, doubled, and 1 more if it has several; then how many beyond two. All are as ``VariableNumber`` has them.
struct RunList: Sendable {
    private(set) var bytes: [UInt8] = []
    /// The range that is not written yet, and where the one before ended.
    private var (start, end, before): (UInt32, UInt32, UInt32) = (0, 0, 0)

    /// Adds a run, which is the last one again or a later one.
    mutating func add(_ run: UInt32) {
        guard start < end else {
            (start, end) = (run, run + 1)
            return
        }
        if run < end { return }
        if run == end {
            end += 1
        } else {
            write()
            (start, end) = (run, run + 1)
        }
    }

    /// Adds runs that come behind all that were added, none of them empty.
    mutating func add(_ runs: Range<UInt32>) {
        if start < end, runs.lowerBound != end { write() }
        if start == end || runs.lowerBound != end { start = runs.lowerBound }
        end = runs.upperBound
    }

    /// Writes what is left.
    mutating func finish() {
        if start < end { write() }
        (start, end) = (end, end)
    }

    private mutating func write() {
        let count = end - start
        VariableNumber.append(UInt64(start - before) << 1 | (count > 1 ? 1 : 0), to: &bytes)
        if count > 1 { VariableNumber.append(UInt64(count - 2), to: &bytes) }
        before = end
    }
}

/// What ``RunList`` has written.
public enum RunRanges {
    /// The ranges of runs; nil where the bytes are none, or a run is not below `count`.
    public static func read(_ bytes: Span<UInt8>, count: Int) -> [Range<Int>]? {
        var ranges: [Range<Int>] = []
        var (place, end) = (0, 0)
        while place < bytes.count {
            guard let head = VariableNumber.read(bytes, at: &place), head >> 1 <= UInt64(count)
            else { return nil }
            let start = end + Int(head >> 1)
            var length = 1
            if head & 1 != 0 {
                guard let more = VariableNumber.read(bytes, at: &place), more <= UInt64(count)
                else { return nil }
                length = Int(more) + 2
            }
            end = start + length
            guard end <= count else { return nil }
            ranges.append(start..<end)
        }
        return ranges
    }
}

/// A number in as many bytes as it needs: seven bits each, the lowest first; all but the last have the highest bit
/// (LEB128).
public enum VariableNumber {
    /// Appends a number.
    @inlinable
    public static func append(_ number: UInt64, to bytes: inout [UInt8]) {
        var rest = number
        while rest > 0x7F {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// Reads a number, and moves the place behind it; nil where the bytes end before it does, or it has more than 64 bits.
    @inlinable
    public static func read(_ bytes: Span<UInt8>, at place: inout Int) -> UInt64? {
        var (number, shift) = (UInt64(0), UInt64(0))
        while place < bytes.count, shift < 64 {
            let byte = bytes[place]
            place += 1
            guard shift < 63 || byte < 2 else { return nil }
            number |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return number }
            shift += 7
        }
        return nil
    }
}
