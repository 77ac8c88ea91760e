public import Trace

/// Finds in recordings the blocks of some code, in less time than it takes to bring all their blocks together.
public struct CodeWatch: Sendable {
    /// Code of a module that is looked at.
    public struct Code: Sendable {
        /// The module; one that none of the runs has takes the blocks of no module that lie in it.
        public var module: ModuleCoverage
        /// Bytes from the module's base, in any order.
        public var ranges: [Range<UInt64>]
        /// Whether no more is looked for in a run without hit counts that has a block of it.
        public var isAnyBlockEnough: Bool

        /// Makes it of its fields.
        public init(
            _ module: ModuleCoverage, _ ranges: [Range<UInt64>], isAnyBlockEnough: Bool = false
        ) {
            (self.module, self.ranges) = (module, ranges)
            self.isAnyBlockEnough = isAnyBlockEnough
        }
    }

    /// Where blocks stand.
    private enum Container: Hashable {
        /// In the module of this number.
        case module(Int)
        case outside
    }

    private var registry: ModuleRegistry
    private let codeNumbers: [Container: [Int]]
    private let codes: [WatchedCode]
    private let moduleCount: Int
    /// Those of ids that no recording has, but while one is looked through. Filling them anew for each would cost more than
    /// most recordings do.
    private var bounds = Bounds()

    /// Code of modules of a collector, to which the modules of all runs were added.
    public init(_ collector: Collector, _ codes: [Code]) {
        registry = collector.registry
        moduleCount = collector.registry.modules.count
        var codeNumbers: [Container: [Int]] = [:]
        self.codes = codes.enumerated().map { index, code in
            let number = collector.registry.modules.firstIndex { module in
                (module.path, module.size, module.base, module.rank)
                    == (code.module.path, code.module.size, code.module.base, code.module.rank)
            }
            codeNumbers[number.map { .module($0) } ?? .outside, default: []].append(index)
            return WatchedCode(
                code.ranges, shift: number == nil ? code.module.base : 0,
                isAnyBlockEnough: code.isAnyBlockEnough)
        }
        self.codeNumbers = codeNumbers
    }

    /// Adds to `found` the blocks of a recording that have a byte of the code.
    ///
    /// - Precondition: it is known whether the run has hit counts (``FoundBlocks/isCounted``).
    /// - Parameters:
    ///   - bytes: the file that the recording was read from.
    ///   - source: the file's number.
    ///   - diagnose: called where blocks name a row that is not there; they are left out.
    /// - Throws: ``MergeError/tooManyModules``.
    public mutating func find(
        in recording: Recording, from bytes: Span<UInt8>, source: Int,
        _ found: inout FoundBlocks, diagnose: (Diagnosis) -> Void
    ) throws(MergeError) {
        let placing = try BlockPlacing(recording, source: source, in: &registry)
        var unknown = 0
        func take(_ block: Block, _ key: UInt64, _ hits: UInt32?) {
            var (container, offset) = (Container.outside, UInt64(BlockKey.start(key)))
            switch BlockKey.space(key) {
            case BlockKey.nowhere:
                unknown += 1
                return
            case BlockKey.unwanted: return
            case BlockKey.outside: break
            case let number:
                let space = registry.spaces[Int(number)]
                container = .module(space.module)
                offset |= UInt64(space.high) << 32
            }
            for index in codeNumbers[container] ?? [] {
                guard let own = codes[index].offset(ofBlockAt: offset, size: block.size) else {
                    continue
                }
                add(
                    offset: own, size: block.size, hits: hits.map { UInt64($0) } ?? 1, to: index,
                    of: &found)
            }
        }
        if placing.isPlain, case .packed(let range) = recording.blocks {
            var bounds = Bounds()
            swap(&bounds, &self.bounds)
            defer { swap(&bounds, &self.bounds) }
            bounds.set(Block.noModule, self.bounds(ofSpace: registry.outside))
            placing.forEachSpace { bounds.set(UInt16($0), self.bounds(ofSpace: $1)) }
            var next = 0
            while next < range.count / Block.packedSize {
                try bounds.forEach(in: bytes, range, from: &next) {
                    (index, block) throws(MergeError) in
                    let key = try placing.key(of: block, in: &registry)
                    take(block, key, recording.hitCount(of: index, in: bytes))
                    return !found.isEnough
                }
                // Of the others it is only looked for blocks of rows that are not there.
                if found.isEnough {
                    placing.forEachSpace { id, _ in bounds.set(UInt16(id), 0..<0) }
                    bounds.set(Block.noModule, 0..<0)
                }
            }
            placing.forEachSpace { id, _ in bounds.set(UInt16(id), Bounds.all) }
        } else {
            try recording.forEachBlock(in: bytes) { (block, hits) throws(MergeError) in
                take(block, try placing.key(of: block, in: &registry), hits)
            }
        }
        if unknown > 0 { placing.rows.unknown(of: recording, in: bytes).map(diagnose) }
    }

    /// Adds a block with its hits to those of the code with this number.
    public func add(
        offset: UInt64, size: UInt16, hits: UInt64, to number: Int, of found: inout FoundBlocks
    ) {
        guard !found.isEnough else { return }
        found.add(BlockSet.Counted(offset: offset, size: size, count: hits), to: number)
        if !found.isCounted, codes[number].isAnyBlockEnough { found.isEnough = true }
    }

    /// Whether recordings had modules that are none of the collector's: something can be in these, too.
    public var hasNewModules: Bool { registry.modules.count > moduleCount }

    /// The numbers of the code that is in modules of a table of runs, for each of these; behind them those of code that
    /// is in none.
    ///
    /// - Parameter source: a number for the runs.
    public mutating func codes(in modules: [RunTable.Module], source: Int) -> [[Int]] {
        let numbers = registry.add(modules.map(\.recorded), source: source)
        let outside = registry.rules.selection.hasOutside ? codeNumbers[.outside] ?? [] : []
        return numbers.map { number in number.flatMap { codeNumbers[.module($0)] } ?? [] } + [
            outside
        ]
    }

    /// The lowest and the highest offset, or address, at which a block can have a byte of code.
    public func reach(ofCode number: Int) -> ClosedRange<UInt64> {
        let bounds = codes[number].bounds
        let low = bounds.lowerBound - min(bounds.lowerBound, UInt64(UInt16.max))
        return low...max(low, bounds.upperBound)
    }

    /// The offset from the module's base of a block at an offset, or an address, that has a byte of code; nil of any other block.
    public func offset(ofBlockAt place: UInt64, size: UInt16, inCode number: Int) -> UInt64? {
        codes[number].offset(ofBlockAt: place, size: size)
    }

    /// Between which bytes there is code that is looked at.
    private func bounds(ofSpace number: UInt16) -> Range<UInt64> {
        let container: Container
        switch number {
        // They are counted.
        case BlockKey.nowhere: return Bounds.all
        case BlockKey.unwanted: return 0..<0
        case BlockKey.outside: container = .outside
        default: container = .module(registry.spaces[Int(number)].module)
        }
        guard let indices = codeNumbers[container] else { return 0..<0 }
        let all = indices.map { codes[$0].bounds }
        return (all.map(\.lowerBound).min() ?? 0)..<(all.map(\.upperBound).max() ?? 0)
    }
}

/// By module id, between which bytes blocks are looked at.
private struct Bounds: Sendable {
    /// What ids have that a recording has not: their blocks are counted.
    static let all: Range<UInt64> = 0..<(.max)

    private var lows: [UInt64] = []
    private var highs: [UInt64] = []

    mutating func set(_ id: UInt16, _ range: Range<UInt64>) {
        if lows.isEmpty {
            lows = Array(repeating: Bounds.all.lowerBound, count: 1 << 16)
            highs = Array(repeating: Bounds.all.upperBound, count: 1 << 16)
        }
        lows[Int(id)] = range.lowerBound
        highs[Int(id)] = range.upperBound
    }

    /// Calls `body` with each block between the bounds, and its number, of a packed table, until it says no.
    ///
    /// - Parameter next: the number of the first block that is looked at; then of the first that is not.
    @inline(__always)
    func forEach<E: Error>(
        in bytes: Span<UInt8>, _ range: Range<Int>, from next: inout Int,
        _ body: (Int, Block) throws(E) -> Bool
    ) throws(E) {
        let (lows, highs) = (lows.span, highs.span)
        let count = range.count / Block.packedSize
        var index = next
        defer { next = index }
        while index < count {
            let block = Block(in: bytes, at: range.lowerBound &+ index &* Block.packedSize)
            let (start, id) = (UInt64(block.start), Int(block.module))
            index &+= 1
            if start < highs[id], start &+ UInt64(block.size) > lows[id] {
                guard try body(index &- 1, block) else { return }
            }
        }
    }
}

/// The blocks of code that is looked at, of one run.
public struct FoundBlocks: Sendable {
    /// By the code's number.
    private var blocks: [[BlockSet.Counted]]
    /// Whether a recording of the run has hit counts.
    public var isCounted = false

    /// - Parameter count: how much code is looked at.
    public init(count: Int) { blocks = .init(repeating: [], count: count) }

    /// Whether it is known already that the run came to the place.
    public internal(set) var isEnough = false

    mutating func add(_ block: BlockSet.Counted, to number: Int) { blocks[number].append(block) }

    /// Makes it one of a run without blocks.
    public mutating func removeAll() {
        for index in blocks.indices { blocks[index].removeAll(keepingCapacity: true) }
        (isCounted, isEnough) = (false, false)
    }

    /// The blocks of the code with this number, each once: its hit counts are added up, and without any it has 1.
    public func set(of index: Int) -> BlockSet {
        var sorted = blocks[index]
        sorted.sortByKey()
        var once: [BlockSet.Counted] = []
        once.reserveCapacity(sorted.count)
        for block in sorted {
            if let last = once.last, last.key == block.key {
                guard isCounted else { continue }
                once[once.count - 1].count = UInt64(clampedSum: last.count, block.count)
            } else {
                once.append(block)
            }
        }
        return BlockSet(once, countUnit: isCounted ? .executions : .runs)
    }
}

/// Code of a module, and a table of where it is: of a line that was inlined in a thousand places, the code is a few bytes here
/// and there.
private struct WatchedCode {
    /// Bits of the offset of a byte in a piece of the table, at the least.
    private static let smallestPiece: UInt64 = 6
    private static let mostPieces: UInt64 = 1 << 20

    private let ranges: [Range<UInt64>]
    private let shift: UInt64
    private let pieceShift: UInt64
    private let pieces: [Bool]
    let isAnyBlockEnough: Bool

    /// From the first to the last byte, as recordings' blocks have them.
    let bounds: Range<UInt64>

    /// - Parameter shift: what is to be taken from blocks' starts, in 32 bits, to get an offset.
    init(_ ranges: [Range<UInt64>], shift: UInt64, isAnyBlockEnough: Bool) {
        self.isAnyBlockEnough = isAnyBlockEnough
        let union = AddressUnion(ranges).ranges
        self.ranges = union
        self.shift = shift
        let (low, high) = (union.first?.lowerBound ?? 0, union.last?.upperBound ?? 0)
        // Of what is in no module the addresses are cut to 32 bits, and can go round.
        bounds = shift == 0 ? low..<high : 0..<(1 << 33)
        var size = WatchedCode.smallestPiece
        while (high - low) >> size > WatchedCode.mostPieces { size += 1 }
        pieceShift = size
        var pieces = [Bool](repeating: false, count: Int((high - low) >> size) + 1)
        for range in union {
            let (first, last) = (range.lowerBound - low, range.upperBound - 1 - low)
            for piece in first >> size...last >> size { pieces[Int(piece)] = true }
        }
        self.pieces = pieces
    }

    /// The offset of a block that has a byte of the code; nil of any other.
    func offset(ofBlockAt place: UInt64, size: UInt16) -> UInt64? {
        let start =
            shift == 0
            ? place
            : UInt64(UInt32(truncatingIfNeeded: place) &- UInt32(truncatingIfNeeded: shift))
        guard size > 0, let low = ranges.first?.lowerBound, let high = ranges.last?.upperBound
        else { return nil }
        let end = start + UInt64(size)
        guard end > low, start < high else { return nil }
        let first = (max(start, low) - low) >> pieceShift
        let last = (min(end, high) - 1 - low) >> pieceShift
        guard pieces[Int(first)...Int(last)].contains(true) else { return nil }
        let next = ranges.partitioningIndex { $0.upperBound > start }
        return next < ranges.count && ranges[next].lowerBound < end ? start : nil
    }
}
