import ArgumentParser
import Coverage
import CovtoolKit

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
        transform: { try checked($0, PathMapping.init(pair:)) })
    var mappings: [PathMapping] = []

    @Option(help: "Fail if any file cannot be read, only if all cannot, or never (warn).")
    var failureMode = FailureMode.any

    @OptionGroup var modules: ModuleOptions
    @OptionGroup var strictness: StrictOption

    /// What becomes of warnings.
    var warnings: Warnings { strictness.warnings }

    /// How traces are brought together.
    var merging: TraceMerging {
        var merging = TraceMerging(
            mixed: mixed, mappings: mappings, selection: modules.selection,
            failureMode: failureMode, warnings: warnings)
        merging.progressLine = ProgressLine.shown
        return merging
    }
}

extension MixedModules: ExpressibleByArgument {}
extension FailureMode: ExpressibleByArgument {}

/// How a command takes traces that are damaged, and ELF files that are not those that ran.
struct StrictOption: ParsableArguments {
    @Flag(
        help: """
            Refuse a damaged trace, an ELF or debug file of another build, and one whose tables of functions are \
            damaged; without this option, they are used as far as possible, with a warning.
            """)
    var strict = false

    /// What becomes of warnings.
    var warnings: Warnings { Diagnostics.warnings(isStrict: strict) }
}
