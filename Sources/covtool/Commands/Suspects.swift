import ArgumentParser
import Coverage
import CovtoolKit
import DebugInfo
import Reports

struct Suspects: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "suspects",
        abstract: "Rank the lines and functions that could have made runs fail.",
        discussion: """
            Each trace is a run. What most of the runs that failed executed, and no other run, comes first, then what is \
            most alike by Ochiai's coefficient: FAILED / sqrt(all failed * (FAILED + PASSED)), where FAILED and PASSED \
            are the runs of each kind that executed it. What the same runs executed is one row; of rows that are alike, \
            the larger come first. A function is as suspicious as the most suspicious of its lines.
            """)

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "The traces of runs that failed.",
            discussion:
                "A folder means all traces in it, @FILE the traces that the file lists.",
            valueName: "traces"),
        completion: .file(extensions: ["drcov"]))
    var failed: [NameList]

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("The traces of runs that passed.", valueName: "traces"),
        completion: .file(extensions: ["drcov"]))
    var passed: [NameList] = []

    @Option(
        help: ArgumentHelp(
            "Print so many rows of lines, and of functions; 0 for all, and all that is in each.",
            valueName: "number"))
    var limit = 20

    @Flag(help: "Print a JSON document with all of them, described by Docs/suspects.schema.json.")
    var json = false

    @OptionGroup var merging: MergeOptions
    @OptionGroup var elf: ElfOptions
    @OptionGroup var sources: SourceOptions
    @OptionGroup var naming: NameOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        try StandardInputUse.check((failed + passed).flatMap(\.names))
        if (failed + passed).flatMap(\.names).contains("-") {
            throw ValidationError("standard input cannot be used: traces are read twice")
        }
        if limit < 0 { throw ValidationError("--limit takes a number from 0 on") }
    }

    func run() throws {
        let reader = CoverageReader(
            merging: merging.merging, elf: elf.elf, sources: sources.rules, parts: naming.parts)
        func found(_ lists: [NameList]) throws(Failure) -> [String] {
            try TraceInputs(lists.flatMap(\.names), output: output.output).found(merging.warnings)
        }
        let search = try SuspectSearch(failed: found(failed), passed: found(passed), reader)
        if search.ranking.lines.isEmpty, search.ranking.functions.isEmpty {
            Diagnostics.say("the runs that failed executed nothing that is reported")
        }
        try output.write { output in
            if json {
                JSONSuspects.write(search.ranking, to: &output)
            } else {
                TextSuspects.write(search.ranking, limit: limit > 0 ? limit : nil, to: &output)
            }
        }
    }
}
