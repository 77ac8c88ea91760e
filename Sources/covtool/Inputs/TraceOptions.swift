import ArgumentParser
import Coverage

/// Where `merge` writes to and the reports read from when nothing else is said.
let mergedName = "merged.drcov"

/// The traces that a report is made of.
struct TraceOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "The traces; \(mergedName) if none is named. '-' is standard input.",
            discussion:
                "A folder means all traces in it, @FILE the traces that the file lists.",
            valueName: "traces"),
        completion: .file(extensions: ["drcov"]))
    var lists: [NameList] = []

    @OptionGroup var merging: MergeOptions

    /// The traces' names.
    var names: [String] { lists.flatMap(\.names) }

    var warnings: Warnings { merging.warnings }

    func sum(counting: Collector.Counting = .nothing) throws(Failure) -> TraceSum {
        let inputs = try TraceInputs(names.isEmpty ? [mergedName] : names)
        return try merging.sum(of: inputs.found(), counting: counting)
    }
}
