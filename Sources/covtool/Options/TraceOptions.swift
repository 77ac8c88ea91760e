import ArgumentParser
import CovtoolKit

/// Where `merge` writes to and the reports read from when nothing else is said.
let mergedName = "merged.drcov"

extension NameList: ExpressibleByArgument {}

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

    /// What is named, or what `merge` writes.
    var names: [String] {
        let names = lists.flatMap(\.names)
        return names.isEmpty ? [mergedName] : names
    }
}

/// The traces of a command that needs some to be named.
struct NamedTraces: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "The traces; '-' is standard input.",
            discussion:
                "A folder means all traces in it, @FILE the traces that the file lists.",
            valueName: "traces"),
        completion: .file(extensions: ["drcov"]))
    var lists: [NameList]

    var names: [String] { lists.flatMap(\.names) }
}
