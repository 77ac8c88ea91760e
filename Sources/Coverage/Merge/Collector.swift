import Trace

/// Brings runs together, block by block, in memory that grows with the number of different blocks
/// and not with the number of runs.
///
/// Several collectors can each take a part of the runs, and be united then.
public struct Collector: Sendable {
    /// What is counted of each block.
    public enum Counting: Sendable {
        /// Nothing.
        case nothing
        /// How often it was executed: what a recording's hit counts say, and 1 for each recording without.
        case hits
        /// How many files it is in.
        case files
        /// Which file it is in first, by the files' numbers, in whatever order they are added.
        case firstFile
    }

    private let counting: Counting
    private(set) var registry: ModuleRegistry
    private(set) var keys: BlockKeySet
    /// The edges that were taken, by keys as blocks have them (`JumpEdge.entry`).
    private var edgeKeys = BlockKeySet(counting: false)
    /// Whether recordings say which edges were taken, and whether there are some that do not.
    private var (hasEdges, lacksEdges) = (false, false)
    private var run: UInt32 = 0
    private var lastSource: Int?
    /// The number of files that recordings came from.
    public private(set) var fileCount = 0
    private var is32Bit = true
    /// Whether a recording's own hit counts are among what was counted.
    private var hasHits = false
    /// By module id, the number of a space: those of a recording while it is added, and none else. Filling it
    /// anew for each recording would cost more than most recordings do. Empty before it is needed.
    private var spaces: [UInt16] = []
    private var wanted = WantedBlocks()

    /// Makes a collector without a run.
    public init(counting: Counting = .nothing, rules: ModuleRules = ModuleRules()) {
        self.counting = counting
        registry = ModuleRegistry(rules)
        keys = BlockKeySet(counting: counting != .nothing)
    }

    /// The number of different blocks, those outside every module included.
    public var blockCount: Int { keys.count }

    /// The paths of the modules that were taken, and of those that were not wanted.
    public var modulePaths: (taken: Set<String>, unwanted: Set<String>) {
        (Set(registry.modules.flatMap(\.paths.keys)), registry.unwantedPaths)
    }

    /// Adds one recording.
    ///
    /// - Parameters:
    ///   - bytes: the file that the recording was read from.
    ///   - source: the file's number; the recordings of one file come one behind the other.
    ///   - diagnose: called where blocks name a row that is not there; they are left out.
    /// - Throws: ``MergeError/tooManyModules``.
    public mutating func add(
        _ recording: Recording, from bytes: Span<UInt8>, source: Int = 0,
        diagnose: (Diagnosis) -> Void
    ) throws(MergeError) {
        if source != lastSource { fileCount += 1 }
        if counting != .files || source != lastSource { run += 1 }
        lastSource = source
        is32Bit = is32Bit && recording.is32Bit == true
        let placing = try BlockPlacing(recording, source: source, in: &registry)
        keys.reserve(recording.blocks.count)
        let isCounted = counting == .hits && recording.counts != nil
        hasHits = hasHits || isCounted
        if !isCounted, counting != .firstFile, placing.isPlain,
            case .packed(let range) = recording.blocks
        {
            if spaces.isEmpty {
                spaces = Array(repeating: BlockKey.nowhere, count: 1 << 16)
                spaces[Int(BlockKey.outside)] = registry.outside
            }
            placing.forEachSpace { spaces[$0] = $1 }
            let unknown: Int
            if placing.hasUnwanted {
                // Two parts of one value cannot be used at once through it.
                var own = WantedBlocks()
                swap(&own, &wanted)
                let size = own.take(from: bytes, range, spaces: spaces)
                unknown = keys.insert(
                    packedBlocksIn: own.bytes.span, 0..<size, spaces: spaces, run: run)
                swap(&own, &wanted)
            } else {
                unknown = keys.insert(packedBlocksIn: bytes, range, spaces: spaces, run: run)
            }
            placing.forEachSpace { id, _ in spaces[id] = BlockKey.nowhere }
            if unknown > 0 { placing.rows.unknown(of: recording, in: bytes).map(diagnose) }
            try addEdges(of: recording, from: bytes, placing, diagnose)
            return
        }
        var unknown = 0
        try recording.forEachBlock(in: bytes) { (block, hits) throws(MergeError) in
            let key = try placing.key(of: block, in: &registry)
            switch BlockKey.space(key) {
            case BlockKey.nowhere: unknown += 1
            case BlockKey.unwanted: break
            case _ where counting == .nothing: keys.insert(key)
            case _ where counting == .firstFile: keys.lower(key, to: UInt64(source))
            default: keys.count(key, hits: isCounted ? UInt64(hits ?? 1) : nil, run: run)
            }
        }
        if unknown > 0 { placing.rows.unknown(of: recording, in: bytes).map(diagnose) }
        try addEdges(of: recording, from: bytes, placing, diagnose)
    }

    /// Adds what modules a recording has, and nothing of its blocks.
    ///
    /// - Parameter source: the file's number; the recordings of one file come one behind the other.
    /// - Throws: ``MergeError/tooManyModules``.
    public mutating func addModules(of recording: Recording, source: Int) throws(MergeError) {
        if source != lastSource { fileCount += 1 }
        lastSource = source
        is32Bit = is32Bit && recording.is32Bit == true
        _ = try BlockPlacing(recording, source: source, in: &registry)
    }

    /// A collector that has the same modules, and none of the blocks.
    public func emptied(counting: Counting) -> Collector {
        var collector = Collector(counting: counting, rules: registry.rules)
        collector.registry = registry
        return collector
    }

    /// Adds modules of a table of runs, which are of a file with this number.
    ///
    /// - Returns: their numbers here; nil for those that are not wanted.
    @discardableResult
    public mutating func addModules(_ modules: [RunTable.Module], source: Int) -> [Int?] {
        registry.add(modules.map(\.recorded), source: source)
    }

    /// Adds a block, of which a number is kept in place of a count.
    ///
    /// - Parameters:
    ///   - module: its number; nil for none.
    ///   - next: the number if the block is new.
    /// - Returns: its number.
    /// - Throws: ``MergeError/tooManyModules``.
    mutating func number(
        ofBlockAt place: UInt64, size: UInt16, inModule module: Int?, next: Int
    ) throws(MergeError) -> Int {
        let start = UInt32(truncatingIfNeeded: place)
        var space = BlockKey.outside
        if let module {
            space = try registry.number(
                of: ModuleRegistry.Space(
                    module: module, high: UInt32(truncatingIfNeeded: place >> 32)))
        }
        return keys.number(of: BlockKey.key(start: start, size: size, space: space), next: next)
    }

    private mutating func addEdges(
        of recording: Recording, from bytes: Span<UInt8>, _ placing: BlockPlacing,
        _ diagnose: (Diagnosis) -> Void
    ) throws(MergeError) {
        guard recording.edges != nil else {
            // Of nothing that was executed there are no edges.
            lacksEdges = lacksEdges || recording.blocks.count > 0
            return
        }
        hasEdges = true
        lacksEdges = lacksEdges || recording.hasPartialEdges
        var isUnknown = false
        try recording.forEachEdge(in: bytes) { (edge) throws(MergeError) in
            let key = try placing.key(of: edge, in: &registry)
            switch BlockKey.space(key) {
            case BlockKey.nowhere: isUnknown = true
            case BlockKey.unwanted: break
            default: edgeKeys.insert(key)
            }
        }
        if isUnknown { placing.rows.unknownEdges(of: recording, in: bytes).map(diagnose) }
    }

    /// What ``add(_:from:source:diagnose:)`` would find wrong with a recording.
    ///
    /// - Parameter bytes: the file that the recording was read from.
    public static func diagnoses(of recording: Recording, in bytes: Span<UInt8>) -> [Diagnosis] {
        let rows = ModuleRows(recording)
        return [
            rows.unknown(of: recording, in: bytes), rows.unknownEdges(of: recording, in: bytes),
        ].compactMap(\.self)
    }

    /// Adds what another collector with the same rules, of other files, has.
    public mutating func formUnion(_ other: Collector) throws(MergeError) {
        let numbers = try registry.formUnion(other.registry)
        run += 1
        other.keys.forEach { key, count in
            let moved = Collector.moved(key, to: numbers)
            switch counting {
            case .nothing: keys.insert(moved)
            case .firstFile: keys.lower(moved, to: count)
            case .hits, .files: keys.count(moved, hits: count, run: run)
            }
        }
        other.edgeKeys.forEach { key, _ in edgeKeys.insert(Collector.moved(key, to: numbers)) }
        (hasEdges, lacksEdges) = (hasEdges || other.hasEdges, lacksEdges || other.lacksEdges)
        is32Bit = is32Bit && other.is32Bit
        hasHits = hasHits || other.hasHits
        fileCount += other.fileCount
    }

    /// Takes away the blocks that another collector with the same rules has. Of edges nothing is said then.
    public mutating func subtract(_ other: Collector) throws(MergeError) {
        let numbers = try registry.formUnion(other.registry)
        var taken = BlockKeySet(counting: false)
        other.keys.forEach { key, _ in taken.insert(Collector.moved(key, to: numbers)) }
        keys = keys.filter { key, _ in !taken.contains(key) }
        forgetEdges()
    }

    /// Keeps the blocks that are in all files; for a collector that counts files. Of edges nothing is said then.
    public mutating func keepCommon() {
        let all = UInt64(fileCount)
        keys = keys.filter { _, count in count == all }
        forgetEdges()
    }

    private mutating func forgetEdges() {
        edgeKeys = BlockKeySet(counting: false)
        (hasEdges, lacksEdges) = (false, false)
    }

    /// By the files' numbers, how many blocks are in no file of a lower number; for a collector that looks for the
    /// first files.
    ///
    /// - Parameter count: all files' numbers are below it.
    public func newBlocks(fileCount count: Int) -> [Int] {
        var found = [Int](repeating: 0, count: count)
        keys.forEach { _, file in found[Int(file)] += 1 }
        return found
    }

    /// Two collectors with the same rules as profiles that have the same modules, as far as both
    /// runs know them, whichever blocks were executed.
    public static func profiles(_ one: Collector, _ other: Collector) throws(MergeError)
        -> (Profile, Profile)
    {
        let (first, second) = try withSameModules(one, other)
        return (try first.profile(), try second.profile())
    }

    /// The two, each with the other's modules too.
    public static func withSameModules(_ one: Collector, _ other: Collector) throws(MergeError)
        -> (Collector, Collector)
    {
        var (first, second) = (one, other)
        second.keys = BlockKeySet(counting: other.counting != .nothing)
        second.forgetEdges()
        second.registry = one.registry
        try second.formUnion(other)
        first.registry = second.registry
        return (first, second)
    }

    private static func moved(_ key: UInt64, to numbers: [UInt16]) -> UInt64 {
        let space = BlockKey.space(key)
        guard space != BlockKey.outside else { return key }
        return BlockKey.key(
            start: BlockKey.start(key), size: BlockKey.size(key), space: numbers[Int(space)])
    }

    /// All that was added.
    ///
    /// - Throws: ``MergeError`` where modules of one path are not the same file.
    public func profile() throws(MergeError) -> Profile {
        try check()
        return uncheckedProfile()
    }

    /// Makes sure that no path stands for different files.
    ///
    /// - Parameter isWanted: whether the module that a profile has at a path is looked at.
    /// - Throws: ``MergeError`` where it does, unless the rules say what is meant then.
    public func check(_ isWanted: (_ path: String) -> Bool = { _ in true }) throws(MergeError) {
        try registry.check(isWanted)
    }

    /// All that was added, with modules of one path that are not the same file taken as the rules would
    /// tell them apart: for who uses a part of them, and has that looked at by ``check(_:)``.
    public func uncheckedProfile() -> Profile {
        var profile = Profile()
        var perModule = [[BlockSet.Counted]](repeating: [], count: registry.modules.count)
        var outside: [BlockSet.Counted] = []
        keys.forEach { key, count in
            let (start, size) = (UInt64(BlockKey.start(key)), BlockKey.size(key))
            guard BlockKey.space(key) != BlockKey.outside else {
                outside.append(BlockSet.Counted(offset: start, size: size, count: count))
                return
            }
            let space = registry.spaces[Int(BlockKey.space(key))]
            let offset = UInt64(space.high) << 32 | start
            perModule[space.module].append(
                BlockSet.Counted(offset: offset, size: size, count: count))
        }
        var edges = [[(offset: UInt64, entrySize: UInt16)]](
            repeating: [], count: registry.modules.count)
        var outsideEdges: [(offset: UInt64, entrySize: UInt16)] = []
        edgeKeys.forEach { key, _ in
            let (start, size) = (UInt64(BlockKey.start(key)), BlockKey.size(key))
            guard BlockKey.space(key) != BlockKey.outside else {
                outsideEdges.append((start, size))
                return
            }
            let space = registry.spaces[Int(BlockKey.space(key))]
            edges[space.module].append((UInt64(space.high) << 32 | start, size))
        }
        let isCounted = counting == .hits || counting == .files
        let counted: BlockSet.CountUnit =
            !isCounted ? .nothing : hasHits ? .executions : .runs
        func blocks(_ found: [BlockSet.Counted]) -> BlockSet {
            BlockSet(found, countUnit: counted)
        }
        profile.modules = registry.modules.indices
            .map { index in
                let module = registry.modules[index]
                return ModuleCoverage(
                    path: module.path, size: module.size, base: module.base,
                    entry: module.entry, rank: module.rank, blocks: blocks(perModule[index]),
                    jumps: JumpSet(edges[index]))
            }
            .sorted { ($0.path, $0.size) < ($1.path, $1.size) }
        // What a file says of the order is who came first; of the others, the ranks of a file that was made of
        // some of the runs are no longer the runs' own.
        if let program = profile.modules.firstIndex(where: { $0.rank == 0 }) {
            profile.modules.insert(profile.modules.remove(at: program), at: 0)
        }
        profile.outside = blocks(outside)
        profile.outsideJumps = JumpSet(outsideEdges)
        profile.edges = !hasEdges ? .none : lacksEdges ? .some : .all
        profile.unwantedPaths = registry.unwantedPaths
        profile.is32Bit = is32Bit
        profile.isCounted = isCounted
        return profile
    }
}
