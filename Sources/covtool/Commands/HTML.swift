import ArgumentParser
import CovtoolKit
import Reports

struct HTML: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "html",
        abstract: "Write line and function coverage as pages for a browser.",
        discussion: """
            The folder gets a page for each folder and each source. Open index.html there; no server is \
            needed. Sources are read below the folders that --source-root names. Other sources have pages \
            without text. If the folder has an earlier report, only what has changed is written.
            """)

    @OptionGroup var input: CoverageOptions
    @OptionGroup var elf: ElfOptions
    @OptionGroup var sources: SourceOptions
    @OptionGroup var branches: BranchOptions
    @OptionGroup var naming: NameOptions
    @OptionGroup var baseline: BaselineOptions

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Write the report to this folder; with --single-file, to this file.",
            valueName: "folder"),
        completion: .directory)
    var output: String?

    @Flag(help: "Write all pages as one file, for small programs.")
    var singleFile = false

    func validate() throws {
        if !singleFile, output ?? "-" == "-" {
            throw ValidationError("name a folder with -o, or use --single-file")
        }
        try StandardInputUse.check(input.inputs + baseline.inputs)
    }

    func run() throws {
        var report = HTMLReport()
        report.isSingleFile = singleFile
        let reader = CoverageReader(
            input, elf, sources, naming.parts, branches: branches.choice()
        )
        guard let old = try baseline.baseline(besides: reader) else {
            try reader.write([ReportTarget(report, to: output)], of: input.names)
            return
        }
        try ReportTarget(report, to: output).check()
        let (difference, coverage) = try reader.differential(to: old, of: input.names)
        report.difference = difference
        try reader.write([ReportTarget(report, to: output)], of: coverage)
    }
}
