import ArgumentParser
import CovtoolKit

/// What a report is made of: traces, tracefiles, or both.
struct CoverageOptions: ParsableArguments {
    @OptionGroup var traces: TraceOptions
    @OptionGroup var tracefiles: TracefileOptions

    /// The traces: none if there are only tracefiles.
    var names: [String] {
        traces.lists.isEmpty && !tracefiles.paths.isEmpty ? [] : traces.names
    }

    /// Everything that is named.
    var inputs: [String] { traces.lists.flatMap(\.names) + tracefiles.paths }

    func validate() throws { try StandardInputUse.check(inputs) }

    /// How traces are brought together.
    var merging: MergeOptions { traces.merging }
}

/// Standard input, which can be read once.
enum StandardInputUse {
    /// Makes sure that one input at most is read from there.
    ///
    /// - Throws: `ValidationError`.
    static func check(_ inputs: [String]) throws {
        guard inputs.count(where: { $0 == "-" || $0 == "@-" }) < 2 else {
            throw ValidationError(
                "two inputs are to be read from standard input: give one of them as a file")
        }
    }
}

/// Reports of other tools, beside what the traces say.
struct TracefileOptions: ParsableArguments {
    @Option(
        name: .customLong("tracefile"), parsing: .singleValue,
        help: ArgumentHelp(
            "Add the counts of this lcov tracefile, or of what 'covtool json' wrote; can be repeated.",
            discussion: """
                This brings tests of an instrumented build into the same report. If no trace is \
                named, the report is of tracefiles alone.
                """,
            valueName: "file"),
        completion: .file(extensions: ["info"]))
    var paths: [String] = []
}
