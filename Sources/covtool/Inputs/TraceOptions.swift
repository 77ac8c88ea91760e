import ArgumentParser
import Coverage

/// Where `merge` writes to and the reports read from when nothing else is said.
let mergedName = "merged.drcov"

/// The traces that a report is made of.
struct TraceOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "The drcov files; \(mergedName) when none is named, standard input for '-'.",
            valueName: "traces"),
        completion: .file(extensions: ["drcov"]))
    var lists: [NameList] = []

    @OptionGroup var strictness: StrictOption

    private var traces: [String] { lists.flatMap(\.names) }

    func profile() throws(Failure) -> Profile {
        try Profile(traces: traces.isEmpty ? [mergedName] : traces, strict: strictness.strict)
    }
}
