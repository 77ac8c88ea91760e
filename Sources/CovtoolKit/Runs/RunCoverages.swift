import Coverage
import DebugInfo
import Reports
import Trace

/// The coverage of each of many runs by itself: their modules' files are read once.
struct RunCoverages: Sendable {
    /// A module, and what its file says.
    private struct Module: Sendable {
        /// Its place among the modules of a run's profile.
        var index: Int
        var base: UInt64
        var table: LineTable
        var switches: [Int32: SwitchLabels]
    }

    /// A file that is named for blocks of no module.
    private struct PlacedFile: Sendable {
        var path: String
        var base, size: UInt64
    }

    /// All modules of the runs, and none of their blocks.
    private let collector: Collector
    private let placed: [PlacedFile]
    private let modules: [Module]
    private let sources: SourceRules
    private let branches: BranchChoice
    private let hasFunctionEnds: Bool
    /// The files by which places become blocks of modules.
    private let resolver: PlaceResolver
    /// Whether there are sources that can have labels without code, and that were not read.
    let hasUnreadSources: Bool

    /// Reads the files of the modules that are asked for.
    ///
    /// - Parameters:
    ///   - paths: the runs' traces.
    ///   - reader: which modules and sources are looked at, and where their files are.
    ///   - hasFunctionEnds: whether functions' last lines are wanted.
    /// - Throws: ``Failure``, also where a path stands for different files among the modules that matter.
    init(
        of paths: [String], _ reader: CoverageReader, hasFunctionEnds: Bool = false
    ) throws(Failure) {
        let sum = try reader.merging.modules(of: paths, RunIndexReader([], reader.merging.warnings))
        let unplaced = sum.uncheckedProfile()
        let whole = try reader.elf.placingModules(unplaced, sum.facts)
        placed = whole.modules.dropFirst(unplaced.modules.count).map {
            PlacedFile(path: $0.path, base: $0.base, size: $0.size)
        }
        let profile = reader.reported(whole)
        try sum.check { () throws(Failure) in try reader.elf.modules(of: profile) }
        var labels = try LabelSources(reader.sources)
        var modules: [Module] = []
        try reader.elf.keepingWanted(of: profile).forEachModule(
            of: profile, parts: reader.parts, warnings: reader.merging.warnings
        ) { module, image, table in
            // Files of one path that are kept apart can look alike while they have no blocks.
            let alike = whole.modules.indices.filter { whole.modules[$0] == module }
            guard
                let index = alike.first(where: { one in !modules.contains { $0.index == one } })
                    ?? alike.first
            else { return }
            modules.append(
                Module(
                    index: index, base: image.base, table: table,
                    switches: labels.switches(in: table)))
        }
        reader.tellLeftOut(profile, of: whole)
        self.modules = modules
        collector = sum.collector.emptied(counting: .hits)
        sources = reader.sources
        branches = reader.branches
        self.hasFunctionEnds = hasFunctionEnds
        resolver = reader.merging.resolver
        hasUnreadSources = labels.hasUnread
    }

    /// What a run executed; in the files all lines that are known, executed or not.
    ///
    /// - Parameter number: the trace's among all.
    /// - Throws: ``Failure``
    func coverage(
        of trace: borrowing TraceFile, number: Int, _ diagnose: (Diagnosis) -> Void
    ) throws(Failure) -> (coverage: SourceCoverage, hasCounts: Bool) {
        var own = collector
        for recording in trace.recordings {
            let placed = try resolver.resolved(recording).recording
            try own.add(placed, of: trace, number: number, diagnose: diagnose)
        }
        var profile = own.uncheckedProfile()
        for file in placed {
            profile = profile.placingOutside(file.path, base: file.base, size: file.size)
        }
        var coverage = SourceCoverage(
            sources.selection, hasFunctionEnds: hasFunctionEnds, rule: sources.countRule)
        var hasCounts = false
        for module in modules {
            let blocks = profile.modules[module.index].blocks
            hasCounts = hasCounts || blocks.countUnit == .executions
            let covered = AddressRanges(blocks, base: module.base)
            coverage.add(module.table, covered: covered, switches: module.switches)
            guard branches != .none else { continue }
            coverage.addBranches(
                module.table, covered: covered, blocks: blocks, base: module.base,
                recorded: RecordedWays(
                    profile.modules[module.index].jumps, base: module.base, profile.edges),
                hasAdded: branches == .all)
        }
        return (coverage, hasCounts)
    }
}
