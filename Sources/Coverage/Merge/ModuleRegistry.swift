/// The modules of any number of runs, each of them once, and the spaces that their blocks' keys are in.
struct ModuleRegistry: Sendable {
    /// Where a module was seen with what.
    struct Sighting: Sendable, Comparable {
        /// The number of the run's file.
        var source: Int
        /// Bytes in memory.
        var size: UInt64

        static func < (one: Sighting, other: Sighting) -> Bool {
            (one.source, one.size) < (other.source, other.size)
        }
    }

    /// A module of one run or more.
    struct RegisteredModule: Sendable {
        /// The paths at which it was seen, and where first.
        var paths: [String: Sighting]
        /// The segments with which it was seen, and where first; not where no run tells of any.
        var segments: [[Range<UInt64>]: Sighting]
        var size: UInt64
        var base: UInt64
        var entry: UInt64?
        var rank: Int

        /// The path that a profile has.
        var path: String { paths.keys.min() ?? "" }

        /// Adds what other runs saw of the same module.
        mutating func formUnion(_ other: RegisteredModule) {
            paths.merge(other.paths, uniquingKeysWith: min)
            segments.merge(other.segments, uniquingKeysWith: min)
            size = max(size, other.size)
            base = min(base, other.base)
            rank = min(rank, other.rank)
            entry = [entry, other.entry].compactMap(\.self).min()
        }
    }

    /// 4 GiB of a module, within which an offset has 32 bits.
    struct Space: Hashable, Sendable {
        /// An index into ``modules``.
        var module: Int
        /// The upper bits of the offsets.
        var high: UInt32
    }

    private struct PathAndSize: Hashable {
        var path: String
        var size: UInt64
    }

    let rules: ModuleRules
    private(set) var modules: [RegisteredModule] = []
    /// By number; the first are none's.
    private(set) var spaces = [Space](
        repeating: Space(module: -1, high: 0), count: Int(BlockKey.unwanted) + 1)
    /// Paths that stand for different files in one run, which is then no mistake.
    private var sharedPaths: Set<String> = []
    private var indexByIdentity: [ModuleIdentity: Int] = [:]
    private var numberBySpace: [Space: UInt16] = [:]
    private var buildIDs: [PathAndSize: [UInt8]] = [:]
    /// The paths of modules that are not wanted.
    private(set) var unwantedPaths: Set<String> = []

    init(_ rules: ModuleRules) { self.rules = rules }

    /// The numbers of a recording's modules, in their order; nil for those that are not wanted.
    mutating func add(_ modules: [RecordedModule], source: Int) -> [Int?] {
        var indexByPath: [String: Int] = [:]
        return modules.map { module in
            let path = rules.mappings.applied(to: module.path)
            guard rules.selection.isEverything || rules.selection.wants(path) else {
                unwantedPaths.insert(path)
                return nil
            }
            let sighting = Sighting(source: source, size: module.size)
            let identity = identity(of: path, module)
            // Where a build-id says which file it is, recorders may see its segments as they like.
            let isSegmented = identity.buildID.isEmpty && !module.segments.isEmpty
            let index = add(
                RegisteredModule(
                    paths: [path: sighting],
                    segments: isSegmented ? [module.segments: sighting] : [:],
                    size: module.size, base: module.base, entry: module.entry, rank: module.rank),
                as: identity)
            if let other = indexByPath.updateValue(index, forKey: path), other != index {
                sharedPaths.insert(path)
            }
            return index
        }
    }

    private mutating func add(_ module: RegisteredModule, as identity: ModuleIdentity) -> Int {
        if let index = indexByIdentity[identity] {
            modules[index].formUnion(module)
            return index
        }
        indexByIdentity[identity] = modules.count
        modules.append(module)
        return modules.count - 1
    }

    private mutating func identity(of path: String, _ module: RecordedModule) -> ModuleIdentity {
        if rules.mixed == .byName { return ModuleIdentity(path: path) }
        if let replaced = ReplacedPath(path), !replaced.buildID.isEmpty {
            return ModuleIdentity(buildID: replaced.buildID)
        }
        let file = PathAndSize(path: path, size: module.size)
        let buildID = buildIDs[file] ?? rules.buildID(path, module.size) ?? []
        buildIDs[file] = buildID
        guard buildID.isEmpty else { return ModuleIdentity(buildID: buildID) }
        return ModuleIdentity(
            path: path, size: ModuleIdentity.pages(module.size),
            segments: rules.mixed == .keepApart ? module.segments : [])
    }

    /// The number of the space that blocks in no module are in.
    var outside: UInt16 { rules.selection.hasOutside ? BlockKey.outside : BlockKey.unwanted }

    /// The number of a space.
    mutating func number(of space: Space) throws(MergeError) -> UInt16 {
        if let number = numberBySpace[space] { return number }
        guard let number = UInt16(exactly: spaces.count), number != BlockKey.outside else {
            throw .tooManyModules
        }
        spaces.append(space)
        numberBySpace[space] = number
        return number
    }

    /// Adds the modules and spaces of other runs, by the same rules; gives the numbers that their
    /// spaces have here.
    mutating func formUnion(_ other: ModuleRegistry) throws(MergeError) -> [UInt16] {
        var indices = [Int](repeating: 0, count: other.modules.count)
        for (identity, index) in other.indexByIdentity {
            indices[index] = add(other.modules[index], as: identity)
        }
        sharedPaths.formUnion(other.sharedPaths)
        unwantedPaths.formUnion(other.unwantedPaths)
        buildIDs.merge(other.buildIDs) { one, _ in one }
        var numbers = [BlockKey.nowhere, BlockKey.unwanted]
        for space in other.spaces.dropFirst(numbers.count) {
            numbers.append(try number(of: Space(module: indices[space.module], high: space.high)))
        }
        return numbers
    }

    /// Makes sure that no path stands for different files, by the rules, among the modules that are wanted.
    func check(_ isWanted: (_ path: String) -> Bool) throws(MergeError) {
        guard rules.mixed == .refuse else { return }
        let modules = modules.filter { isWanted($0.path) }
        var seen: [String: [Sighting]] = [:]
        for module in modules {
            for (path, sighting) in module.paths where !sharedPaths.contains(path) {
                seen[path, default: []].append(sighting)
            }
        }
        if let (path, all) = seen.filter({ $0.value.count > 1 }).min(by: { $0.key < $1.key }) {
            let sightings = all.sorted()
            throw .differentModules(
                path: path, size: sightings[0].size, source: sightings[0].source,
                other: sightings[1].size, otherSource: sightings[1].source)
        }
        let mixed = modules.filter { $0.segments.count > 1 }
            .map { (path: $0.path, sightings: $0.segments.values.sorted()) }
        if let first = mixed.min(by: { $0.path < $1.path }) {
            throw .differentSegments(
                path: first.path, source: first.sightings[0].source,
                otherSource: first.sightings[1].source)
        }
    }
}

/// What two modules have in common if they are the same file.
struct ModuleIdentity: Hashable, Sendable {
    private static let page: UInt64 = 0x1000

    /// The build-id of the ELF file that is there; empty where that is not known.
    var buildID: [UInt8] = []
    /// The path; empty where the build-id says more.
    var path = ""
    /// Bytes in memory, up to the end of the last page: some recorders give a module's end to the
    /// byte, some to the page.
    var size: UInt64 = 0
    /// The segments, as far as they tell modules apart.
    var segments: [Range<UInt64>] = []

    static func pages(_ size: UInt64) -> UInt64 {
        let (sum, overflow) = size.addingReportingOverflow(page - 1)
        return overflow ? size : sum & ~(page - 1)
    }
}
