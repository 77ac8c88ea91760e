import ArgumentParser
import Coverage
import Reports

struct Report: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Print a table of line and function coverage by source file.",
        discussion: """
            Shares are rounded down: 100.00% is said where nothing is missed. A gate (--fail-…) looks \
            at the totals; the report is written whether it passes or not.
            """)

    @OptionGroup var input: TraceOptions
    @OptionGroup var elf: ElfOptions
    @OptionGroup var sources: SourceOptions
    @OptionGroup var naming: FunctionOptions

    @Option(help: "What has a row: each source file, or each folder that has some.")
    var by = TextReport.Grouping.file

    @Flag(
        help:
            "Give each function a row, with how often it was called, or without hit counts in how many runs, in place of each file."
    )
    var functions = false

    @Flag(help: "End a file's row with the lines that were missed, such as '3,7-9'.")
    var showMissingLines = false

    @Option(
        help: ArgumentHelp(
            """
            What comes first: 'name'; of files and folders the largest number of 'lines', 'missed' \
            lines, 'functions' or 'missed-functions', or the smallest 'cover' or 'function-cover'; \
            of functions 'place' or the most 'calls'.
            """,
            discussion: "Without it, files are by name and functions by file and line.",
            valueName: "key"),
        completion: .list(Report.keys))
    var sort: String?

    @Flag(help: "Reverse the order.")
    var reverse = false

    @OptionGroup var gates: GateOptions
    @OptionGroup var style: StyleOptions
    @OptionGroup var output: OutputOptions

    private static let keys =
        (TextReport.Order.allCases.map(\.rawValue)
            + FunctionReport.Order.allCases.map(\.rawValue).filter { $0 != "name" })

    func validate() throws {
        if functions, by != .file || showMissingLines {
            throw ValidationError("--functions has no room for --by and --show-missing-lines")
        }
        if by == .folder, showMissingLines {
            throw ValidationError("--show-missing-lines is for files, not for --by folder")
        }
        guard let sort else { return }
        let isKnown =
            functions
            ? FunctionReport.Order(rawValue: sort) != nil : TextReport.Order(rawValue: sort) != nil
        if !isKnown {
            let what = functions ? "functions" : "files and folders"
            let keys =
                functions
                ? FunctionReport.Order.allCases.map(\.rawValue)
                : TextReport.Order.allCases.map(\.rawValue)
            throw ValidationError(
                "'\(sort)' is no order of \(what): \(keys.joined(separator: ", ")) are")
        }
    }

    func run() throws {
        let (files, modules) = try sources.coverage(
            of: input, counting: functions ? .hits : .nothing, elf, naming.parts)
        let hasCounts = modules.contains { $0.blocks.counting == .executions }
        try output.write(isStyled: true) {
            if functions {
                writeFunctions(files, hasCounts: hasCounts, to: &$0)
            } else {
                writeFiles(files, to: &$0)
            }
        }
        try gates.check(files)
    }

    private func writeFiles(_ files: [SourceCoverage.File], to output: inout OutputFile) {
        var report = TextReport()
        report.grouping = by
        report.showsMissing = showMissingLines
        report.order = sort.flatMap(TextReport.Order.init) ?? .name
        report.isReversed = reverse
        report.style = style.style(for: self.output.output)
        report.write(files, to: &output)
    }

    private func writeFunctions(
        _ files: [SourceCoverage.File], hasCounts: Bool, to output: inout OutputFile
    ) {
        var report = FunctionReport()
        report.hasCounts = hasCounts
        report.order = sort.flatMap(FunctionReport.Order.init) ?? .place
        report.isReversed = reverse
        report.style = style.style(for: self.output.output)
        report.write(files, to: &output)
    }
}

extension TextReport.Grouping: ExpressibleByArgument {}
