import ArgumentParser
import Coverage
import DebugInfo

/// How modules and damaged files are taken, for the commands that bring traces together.
struct MergeOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "What becomes of modules of one path that are not the same file.",
            discussion: """
                A module is the same file in two traces if the ELF file that is there has one \
                build-id for both, or else if path, size and segments are the same.
                """))
    var mixed = MixedModules.refuse

    @Option(
        name: .customLong("module-map"), parsing: .singleValue,
        help: ArgumentHelp(
            "Take modules in the folder FROM, or the module FROM, for those in TO; may be given several times.",
            valueName: "from,to"))
    var mappings: [ModuleMapping] = []

    @Option(help: "Whether any file that cannot be read is an error, only if all are, or none.")
    var failureMode = FailureMode.any

    @OptionGroup var strictness: StrictOption

    /// Which modules are one.
    var rules: ModuleRules {
        ModuleRules(mixed: mixed, mappings: mappings.map(\.mapping)) { path, size in
            BuildID.ofFile(at: path, size: size)
        }
    }

    func sum(of paths: [String], counting: Collector.Counting = .nothing, task: String = "Reading")
        throws(Failure) -> TraceSum
    {
        try TraceSum(walk(paths, task), counting: counting, rules: rules)
    }

    /// Two sums, whose traces are numbered together.
    func sums(of first: [String], _ second: [String]) throws(Failure) -> (TraceSum, TraceSum) {
        try sum(of: first).with(walk(second, "Reading"), rules: rules)
    }

    /// What the traces that `names` stand for have together.
    func profile(of names: [String], counting: Collector.Counting = .nothing) throws(Failure)
        -> Profile
    {
        try sum(of: TraceInputs(names).found(), counting: counting).profile()
    }

    func walk(_ paths: [String], _ task: String) -> TraceWalk {
        TraceWalk(
            paths: paths, isStrict: strictness.strict, failureMode: failureMode, task: task)
    }
}

/// `FROM,TO`.
struct ModuleMapping: ExpressibleByArgument {
    let mapping: PathMapping

    init?(argument: String) {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
        mapping = PathMapping(from: String(parts[0]), to: String(parts[1]))
    }
}

extension MixedModules: ExpressibleByArgument {}
