import Coverage
import DebugInfo
import Reports

/// What the commands with lines stand on: traces are merged, their modules' ELF files read, and both brought
/// together to the coverage of source files.
public struct CoverageReader: Sendable {
    /// How the traces are brought together.
    public var merging: TraceMerging
    /// The ELF files.
    public var elf: ElfFiles
    /// Which source files are wanted.
    public var sources: SourceRules
    /// What is read of debug information beside lines.
    public var parts: LineTableParts
    /// Which branches are wanted.
    public let branches: BranchChoice
    /// lcov's tracefiles, whose counts are added to those of the traces.
    public var tracefiles: [String]

    /// Makes a reader.
    public init(
        merging: TraceMerging, elf: ElfFiles = ElfFiles(), sources: SourceRules = SourceRules(),
        parts: LineTableParts = .coverage, tracefiles: [String] = [],
        branches: BranchChoice = .none
    ) {
        self.merging = merging
        self.merging.resolver = PlaceResolver(elf)
        self.elf = elf
        self.sources = sources
        self.parts = branches == .none ? parts : parts.union(.tables)
        self.tracefiles = tracefiles
        self.branches = branches
        self.sources.followsBranchMarkers = branches != .none
    }

    private var hasBranches: Bool { branches != .none }

    /// The line and function coverage of the modules and source files that are asked for, and of the tracefiles.
    /// The traces are read beside the first named ELF file.
    ///
    /// - Parameters:
    ///   - names: of traces, as ``TraceInputs`` takes them; none if there are only tracefiles.
    ///   - counting: what is counted of the blocks.
    ///   - hasFunctionEnds: whether functions' last lines are wanted.
    ///   - listsFunctions: whether it is wanted what was executed of the code of each module's functions.
    ///   - listsModules: whether all modules of the result are shown, and not those alone that named ELF
    ///     files stand for.
    /// - Throws: ``Failure``, also where a path stands for different files among the modules that matter.
    public func coverage(
        of names: [String], counting: Collector.Counting = .hits, hasFunctionEnds: Bool = false,
        listsFunctions: Bool = false, listsModules: Bool = false
    ) throws(Failure) -> ReportedCoverage {
        if names.isEmpty, !elf.files.isEmpty {
            throw Failure(
                .usage, "--elf is for traces, and none is named: name them beside --tracefile")
        }
        var coverage = SourceCoverage(
            sources.selection, hasFunctionEnds: hasFunctionEnds, rule: sources.countRule)
        var labels = try LabelSources(sources)
        var functions: [ModuleFunctions]? = listsFunctions ? [] : nil
        let modules =
            names.isEmpty
            ? []
            : try add(
                names, to: &coverage, &functions, &labels,
                counting: hasBranches ? .hits : counting, listsModules: listsModules)
        var reports = try Tracefiles(tracefiles, parts, merging.warnings).files
        if !hasBranches { for index in reports.indices { reports[index].branches = [] } }
        coverage.add(reports, roots: sources.rootPaths, readable: Demangler.readable)
        try sources.check(coverage, merging.warnings)
        var marked = try sources.markedSources(merging.warnings)
        let files = try marked.leaveOut(of: coverage.files)
        try sources.tellUnfollowedMarkers(files, merging.warnings)
        return ReportedCoverage(
            files: files, modules: modules, functions: functions ?? [],
            hasCounts: !tracefiles.isEmpty
                || modules.contains { $0.blocks.countUnit == .executions },
            hasBranches: hasBranches, hasUnreadSources: labels.hasUnread,
            markers: marked.known.filter { !$0.value.isEmpty })
    }

    /// Adds what traces have executed.
    ///
    /// - Parameter functions: nil where they are not wanted.
    /// - Returns: the modules that are asked for.
    private func add(
        _ names: [String], to coverage: inout SourceCoverage,
        _ functions: inout [ModuleFunctions]?, _ labels: inout LabelSources,
        counting: Collector.Counting, listsModules: Bool
    ) throws(Failure) -> [ModuleCoverage] {
        let ahead = elf.readingAhead(parts)
        let sum = try merging.sum(
            of: TraceInputs(names).found(merging.warnings), counting: counting)
        let whole = try elf.placing(sum.uncheckedProfile(), sum.facts)
        sum.facts.tellOpenBlocks(merging.warnings)
        let profile = reported(whole)
        try sum.check { () throws(Failure) in
            try listsModules ? profile.modules : elf.modules(of: profile)
        }
        try elf.keepingWanted(of: profile).forEachModule(
            of: profile, parts: parts, ahead: ahead, warnings: merging.warnings
        ) { module, image, table in
            let recorded = RecordedWays(module.jumps, base: image.base, whole.edges)
            let covered = add(
                module.blocks, recorded, table, base: image.base, labels.switches(in: table),
                to: &coverage)
            functions?.append(
                FunctionSurvey(
                    table, covered: covered, blocks: module.blocks, base: image.base,
                    recorded: recorded, hasJumps: hasBranches, sources.selection
                ).functions(of: module.path))
        }
        tellLeftOut(profile, of: whole)
        if elf.files.isEmpty { tellUnplaced(profile) }
        return profile.modules
    }

    /// Adds what was executed of a module, with its branches if they are wanted.
    ///
    /// - Parameters:
    ///   - recorded: which ways jumps went, if runs say so.
    ///   - base: the address of the blocks' offset 0.
    /// - Returns: what was executed, by address.
    @discardableResult
    private func add(
        _ blocks: BlockSet, _ recorded: RecordedWays?, _ table: LineTable, base: UInt64,
        _ switches: [Int32: SwitchLabels], to coverage: inout SourceCoverage
    ) -> AddressRanges {
        let covered = AddressRanges(blocks, base: base)
        coverage.add(table, covered: covered, switches: switches)
        if hasBranches {
            coverage.addBranches(
                table, covered: covered, blocks: blocks, base: base, recorded: recorded,
                hasAdded: branches == .all)
        }
        return covered
    }

    /// Says of blocks in no module that reports have no place for them, and what gives them one.
    private func tellUnplaced(_ profile: Profile) {
        let count = profile.outside.count
        guard count > 0 else { return }
        merging.warnings.say(
            """
            \(Amount.text(count, "block is", "blocks are")) in no module: left out (use --elf FILE@BASE to \
            say what is there)
            """)
    }

    /// What the traces of two lists of names, as ``TraceInputs`` takes them, have executed, by module and by source file; the latter nil where no
    /// module has debug information, symbols or sections.
    ///
    /// - Throws: ``Failure``, also where a path stands for different files.
    public func difference(between before: [String], and after: [String]) throws(Failure)
        -> (profiles: ProfileDifference, sources: [SourceDifference]?)
    {
        let sums = try merging.sums(
            of: TraceInputs(before).found(merging.warnings),
            TraceInputs(after).found(merging.warnings), counting: hasBranches ? .hits : .nothing)
        var first = sums.0
        let (before, after) = try first.reporting { (collector) throws(MergeError) in
            try Collector.withSameModules(collector, sums.1.collector)
        }
        var facts = sums.0.facts
        facts.formUnion(sums.1.facts)
        facts.tellOpenBlocks(merging.warnings)
        let whole = try elf.placing([before.uncheckedProfile(), after.uncheckedProfile()], facts)
        let (old, new) = (reported(whole[0]), reported(whole[1]))
        let paths = Set(old.modules.map(\.path))
        try first.reporting { (_) throws(MergeError) in try before.check(paths.contains) }
        tellLeftOut(old, of: whole[0])
        let difference = ProfileDifference(before: old, after: new)
        return (
            difference,
            try sourceDifference(
                (old, whole[0].edges), (new, whole[1].edges), elf.keepingWanted(of: old))
        )
    }

    /// Nil where no module has debug information, symbols or sections.
    private func sourceDifference(
        _ before: (profile: Profile, edges: EdgeKnowledge),
        _ after: (profile: Profile, edges: EdgeKnowledge), _ elf: ElfFiles
    ) throws(Failure) -> [SourceDifference]? {
        var coverage = SourceCoverage(sources.selection, rule: sources.countRule)
        var later = coverage
        var labels = try LabelSources(sources)
        var isAnyKnown = false
        try elf.forEachModule(
            of: before.profile, parts: parts, warnings: merging.warnings, isOptional: true
        ) { module, image, table in
            isAnyKnown = true
            let switches = labels.switches(in: table)
            let base = image.base
            add(
                module.blocks, RecordedWays(module.jumps, base: base, before.edges), table,
                base: base, switches, to: &coverage)
            let same = after.profile.modules.first {
                $0.path == module.path && $0.size == module.size
            }
            add(
                same?.blocks ?? BlockSet(),
                RecordedWays(same?.jumps ?? JumpSet(), base: base, after.edges), table,
                base: base, switches, to: &later)
        }
        guard isAnyKnown else { return nil }
        try sources.check(coverage, merging.warnings)
        var marked = try sources.markedSources(merging.warnings)
        let (old, new) = (
            try marked.leaveOut(of: coverage.files), try marked.leaveOut(of: later.files)
        )
        try sources.tellUnfollowedMarkers(old, merging.warnings)
        return SourceDifference.between(old, new)
    }

    /// The modules that a report is of, where nobody names any: without the libraries of the system, unless
    /// there is nothing else.
    func reported(_ profile: Profile) -> Profile {
        guard !sources.hasSystemLibraries, merging.rules.selection.included.isEmpty,
            elf.files.isEmpty
        else { return profile }
        let roots = elf.folders.sysroot.map { [FilePath.absolute($0)] } ?? []
        let system = SystemLibraries(of: profile.modules, roots: roots)
        let part = profile.keeping { !system.contain($0.path) }
        return part.modules.contains { $0.path.hasPrefix("/") } ? part : profile
    }

    /// Says what ``reported(_:)`` has left out.
    func tellLeftOut(_ part: Profile, of whole: Profile) {
        let count = whole.modules.count - part.modules.count
        guard count > 0 else { return }
        merging.warnings.say(
            """
            \(Amount.text(count, "system library is", "system libraries are")) left out \
            (use --system-libraries for all, --module GLOB for those that match)
            """)
    }
}

/// Which branches a report has.
public enum BranchChoice: Sendable {
    /// None.
    case none
    /// Those of conditions in the source.
    case conditions
    /// Those that a compiler has added, as well.
    case all
}
