import ArgumentParser
import CovtoolKit
import DebugInfo
import Reports

struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write which runs executed which lines, functions and blocks as tables for SQL.",
        discussion: """
            Each trace is a run. Docs/export.md describes the tables. A run came to a line or a function if a report of it \
            alone says so; there are blocks of all modules, and lines and functions as in reports.
            """)

    @Option(
        help: ArgumentHelp(
            "Write a SQLite database, completely or not at all.", valueName: "file"),
        completion: .file())
    var sqlite: String?

    @Option(
        help: ArgumentHelp(
            "Write a Parquet file for each table into this folder, completely or not at all.",
            discussion: """
                The folder must be new or empty, or have an earlier export, which is replaced. DuckDB reads the files, and the \
                folder with IMPORT DATABASE.
                """,
            valueName: "folder"),
        completion: .directory)
    var parquet: String?

    @OptionGroup var runs: NamedRuns

    @OptionGroup var merging: MergeOptions
    @OptionGroup var elf: ElfOptions
    @OptionGroup var sources: SourceOptions

    private var inputs: [String] { runs.names() }

    func validate() throws {
        guard (sqlite == nil) != (parquet == nil) else {
            throw ValidationError("one of --sqlite and --parquet says where the tables go")
        }
        if sqlite == "-" || parquet == "-" {
            throw ValidationError("tables cannot go to standard output; name a file or a folder")
        }
        try runs.check(inputs, "a run has the name of its trace")
    }

    func run() throws {
        let path = sqlite ?? parquet ?? ""
        let reader = CoverageReader(
            merging: merging.merging, elf: elf.elf, sources: sources.rules,
            parts: .coverage.union(.readableNames))
        let paths = try TraceInputs(inputs, output: path).found(merging.warnings)
        let export = try RunExport(
            of: paths, in: RunIndexReader(runs.index, merging.warnings), reader)
        let count = try export.write(sqlite == nil ? .parquet : .sqlite, to: path)
        Diagnostics.say(
            """
            \(path): \(Amount.text(export.runCount, "run")), \(Amount.text(count.functions, "function")), \
            \(Amount.text(count.lines, "line")), \(Amount.text(count.blocks, "block"))
            """)
    }
}
