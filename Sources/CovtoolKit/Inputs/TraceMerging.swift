import Coverage
import DebugInfo

/// How traces are brought together: which modules are one and which are wanted, and what becomes of files that are
/// damaged or cannot be read.
public struct TraceMerging: Sendable {
    /// Which modules are one, and which are wanted.
    public var rules: ModuleRules
    /// What happens when some of the files cannot be read.
    public var failureMode: FailureMode
    /// What becomes of warnings.
    public var warnings: Warnings
    /// The files by which places become blocks of modules.
    public var resolver = PlaceResolver()
    /// Shows how far reading is; nil if nobody looks.
    public var progressLine: Progress.Line?

    /// Merging in which the build-ids of modules' files tell files of one path apart.
    public init(
        mixed: MixedModules = .refuse, mappings: [PathMapping] = [],
        selection: ModuleSelection = ModuleSelection(), failureMode: FailureMode = .any,
        warnings: Warnings
    ) {
        rules = ModuleRules(mixed: mixed, mappings: mappings, selection: selection) { path, size in
            BuildID.ofFile(at: path, size: size)
        }
        self.failureMode = failureMode
        self.warnings = warnings
    }

    /// What the traces at `paths` have of the modules that are wanted.
    ///
    /// - Parameter task: what the progress line says is done.
    /// - Throws: ``Failure``, also where no module is left.
    public func sum(
        of paths: [String], counting: Collector.Counting = .nothing, task: String = "Reading"
    ) throws(Failure) -> TraceSum {
        let sum = try TraceSum(walk(paths, task), counting: counting, rules: rules)
        try rules.selection.check(sum.modulePaths, warnings)
        return sum
    }

    /// The modules of the traces at `paths` and of indices, of whose blocks nothing is known. What is wrong with a trace is not
    /// said: who reads the blocks does.
    ///
    /// - Throws: ``Failure``, also where no module is left.
    func modules(of paths: [String], _ indices: RunIndexReader) throws(Failure) -> TraceSum {
        var walk = walk(paths, "Looking")
        walk.isSilent = true
        walk.readsHeadsAlone = true
        var sum = try TraceSum(walk, counting: .nothing, rules: rules, before: indices.paths)
        for part in indices.parts {
            sum.collector.addModules(part.segment.modules, source: part.source)
        }
        try rules.selection.check(sum.modulePaths, warnings)
        return sum
    }

    /// Two sums, whose traces are numbered together.
    ///
    /// - Throws: ``Failure``, also where no module is left.
    public func sums(
        of first: [String], _ second: [String], counting: Collector.Counting = .nothing
    ) throws(Failure) -> (TraceSum, TraceSum) {
        let sums = try TraceSum(walk(first, "Reading"), counting: counting, rules: rules)
            .with(walk(second, "Reading"), counting: counting, rules: rules)
        let (one, other) = (sums.0.modulePaths, sums.1.modulePaths)
        try rules.selection.check(
            (one.taken.union(other.taken), one.unwanted.union(other.unwanted)), warnings)
        return sums
    }

    func walk(_ paths: [String], _ task: String) -> TraceWalk {
        TraceWalk(
            paths: paths, warnings: warnings, failureMode: failureMode, task: task,
            progressLine: progressLine, resolver: resolver)
    }
}

extension ModuleSelection {
    /// Says which patterns match nothing, since that is mostly a slip of the pen.
    ///
    /// - Parameter paths: of the modules that were taken, and of those that were not.
    /// - Throws: ``Failure`` where no module is left, or a pattern matches nothing and that is an error.
    public func check(_ paths: (taken: Set<String>, unwanted: Set<String>), _ warnings: Warnings)
        throws(Failure)
    {
        let all = paths.taken.union(paths.unwanted)
        if paths.taken.isEmpty, !all.isEmpty {
            let what =
                included.isEmpty
                ? "--exclude-module leaves no module"
                : excluded.isEmpty
                    ? "--module matches no module" : "--module and --exclude-module leave no module"
            let names = Set(all.map(SourcePath.baseName)).sorted()
            throw Failure(
                .badData, "\(what) of the trace, which has \(names.joined(separator: ", "))")
        }
        for (option, globs) in [
            ("module", included), ("exclude-module", excluded),
        ] {
            for glob in globs where !all.contains(where: { ModuleSelection.matches(glob, $0) }) {
                try warnings.warn("--\(option) '\(glob.text)' matches no module of the trace")
            }
        }
    }
}
