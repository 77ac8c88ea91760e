import ArgumentParser
import Coverage
import CovtoolKit
import DebugInfo
import Reports

struct Which: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "which",
        abstract: "Print which runs reached a line, a function or an instruction.",
        discussion: """
            Each trace is a run. For each run that reached the place there is a line 'HITS NAME', in the order in which \
            the traces are named; the fields are separated by a tab. HITS is '-' for a trace without hit counts. A \
            message says which run was the first, and which is the smallest: the one with the smallest input if \
            --corpus says where the inputs are, otherwise the one with the fewest blocks.
            """)

    @Argument(
        help: ArgumentHelp(
            "FILE:LINE, a function's name, or MODULE+OFFSET.",
            discussion: """
                FILE is the path of a source or the end of it. A function has its own name or the linker's, with or \
                without its parameters. OFFSET counts from the module's base; it is decimal, or hexadecimal if it begins \
                with 0x.
                """,
            valueName: "place"))
    var place: NameList

    @OptionGroup var runs: NamedRuns

    @Flag(help: "Print the runs that did not reach the place.")
    var not = false

    @Flag(help: "Print names without hits, as @FILE takes them.")
    var names = false

    @Flag(help: "Print a JSON document, described by Docs/which.schema.json.")
    var json = false

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "Look here for the runs' inputs, for their sizes; can be repeated.",
            discussion: """
                The trace NAME.drcov is of the input NAME, as 'covtool run --keep-traces' calls it. Folders, archives and \
                @FILE mean what they mean for 'covtool run --corpus'.
                """,
            valueName: "path"),
        completion: .file())
    var corpus: [String] = []

    @OptionGroup var merging: MergeOptions
    @OptionGroup var elf: ElfOptions
    @OptionGroup var sources: SourceOptions
    @OptionGroup var output: OutputOptions

    /// A long run of names comes as one argument, which the place then is the first of.
    private var inputs: [String] { runs.names(behind: place.names.dropFirst()) }

    func validate() throws {
        _ = try checked(place.names.first ?? "", Place.init)
        try runs.check(inputs, "traces are read twice")
        if json, names { throw ValidationError("--json and --names cannot be combined") }
    }

    func run() throws {
        let name = place.names.first ?? ""
        let place = try checked(name, Place.init)
        let sizes = try InputSizes(corpus)
        let reader = CoverageReader(
            merging: merging.merging, elf: elf.elf, sources: sources.rules,
            parts: .coverage.union(.aliases))
        let paths = try TraceInputs(inputs, output: output.output).found(merging.warnings)
        let search = try RunSearch(
            for: place, in: RunIndexReader(runs.index, merging.warnings), paths, reader,
            sizes: sizes)
        let found = FoundRuns(
            place: name, kind: place.kind, isReached: !not, runCount: search.runs.count,
            runs: search.runs(reached: !not))
        try output.write { output in
            if json {
                JSONRuns.write(found, to: &output)
            } else {
                TextRuns.write(found, namesAlone: names, to: &output)
            }
        }
        Diagnostics.say(TextRuns.summary(of: found))
    }
}
