import ArgumentParser
import Coverage
import DebugInfo

/// How modules and damaged files are taken, for the commands that bring traces together.
struct MergeOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "What to do with modules that have the same path but are not the same file.",
            discussion: """
                Modules of two traces are the same file if the ELF file at the path has one build-id \
                for both; without it, if path, size and segments are the same.
                """))
    var mixed = MixedModules.refuse

    @Option(
        name: .customLong("module-map"), parsing: .singleValue,
        help: ArgumentHelp(
            "Treat modules in the folder FROM, or the module FROM, as those in TO; can be repeated.",
            valueName: "from,to"),
        transform: ModuleMapping.init)
    var mappings: [ModuleMapping] = []

    @Option(help: "Fail if any file cannot be read, only if all cannot, or never (warn).")
    var failureMode = FailureMode.any

    @OptionGroup var modules: ModuleOptions
    @OptionGroup var strictness: StrictOption

    /// What becomes of warnings.
    var warnings: Warnings { strictness.warnings }

    /// Which modules are one, and which are wanted.
    var rules: ModuleRules {
        ModuleRules(
            mixed: mixed, mappings: mappings.map(\.mapping), selection: modules.selection
        ) { path, size in
            BuildID.ofFile(at: path, size: size)
        }
    }

    /// What the traces at `paths` have of the modules that are wanted.
    ///
    /// - Throws: ``Failure``, also where no module is left.
    func sum(of paths: [String], counting: Collector.Counting = .nothing, task: String = "Reading")
        throws(Failure) -> TraceSum
    {
        let sum = try TraceSum(walk(paths, task), counting: counting, rules: rules)
        try modules.check(sum.modulePaths, warnings)
        return sum
    }

    /// Two sums, whose traces are numbered together.
    func sums(of first: [String], _ second: [String]) throws(Failure) -> (TraceSum, TraceSum) {
        let sums = try TraceSum(walk(first, "Reading"), counting: .nothing, rules: rules)
            .with(walk(second, "Reading"), rules: rules)
        let (one, other) = (sums.0.modulePaths, sums.1.modulePaths)
        try modules.check(
            (one.taken.union(other.taken), one.unwanted.union(other.unwanted)),
            warnings)
        return sums
    }

    /// What the traces that `names` stand for have together.
    func profile(of names: [String], counting: Collector.Counting = .nothing) throws(Failure)
        -> Profile
    {
        try sum(of: TraceInputs(names).found(), counting: counting).profile()
    }

    func walk(_ paths: [String], _ task: String) -> TraceWalk {
        TraceWalk(
            paths: paths, warnings: warnings, failureMode: failureMode, task: task)
    }
}

/// `FROM,TO`.
struct ModuleMapping {
    let mapping: PathMapping

    init(_ argument: String) throws {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            throw ValidationError("FROM,TO is wanted: two paths with one comma between them")
        }
        mapping = PathMapping(from: String(parts[0]), to: String(parts[1]))
    }
}

extension MixedModules: ExpressibleByArgument {}
