import ArgumentParser
import Coverage
import CovtoolKit
import Reports

struct Report: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Print a table of line and function coverage by source file.",
        discussion: """
            Shares are rounded down, so 100.00% means that nothing is missed. A gate (--fail-…) looks \
            at the totals; the report is written whether the gate passes or not.
            """)

    @OptionGroup var input: CoverageOptions
    @OptionGroup var elf: ElfOptions
    @OptionGroup var sources: SourceOptions
    @OptionGroup var branches: BranchOptions
    @OptionGroup var naming: NameOptions

    @Option(help: "Print a row for each source file, or for each folder with source files.")
    var by = TextReport.Grouping.file

    @Flag(
        help:
            "Print a row for each function, not each file, with how often it was called or, without hit counts, in how many runs."
    )
    var functions = false

    @Flag(help: "Add the missed lines to each file's row, such as '3,7-9'.")
    var showMissingLines = false

    @Option(
        help: ArgumentHelp(
            """
            Sort rows by 'name'; files and folders by the largest number of 'lines', 'missed' lines, \
            'functions' or 'missed-functions', or by the smallest 'cover' or 'function-cover'; \
            functions by 'place' or by the most 'calls'.
            """,
            discussion: "By default, files are sorted by name, functions by file and line.",
            valueName: "key"),
        completion: .list(Report.keys))
    var sort: String?

    @Flag(help: "Reverse the order.")
    var reverse = false

    @OptionGroup var gates: GateOptions
    @OptionGroup var style: StyleOptions
    @OptionGroup var place: TableOptions

    @OptionGroup var outputs: ReportOutputs

    private static let keys =
        (TextReport.Order.allCases.map(\.rawValue)
            + FunctionReport.Order.allCases.map(\.rawValue).filter { $0 != "name" })

    func validate() throws {
        if functions, by != .file || showMissingLines {
            throw ValidationError(
                "--functions cannot be combined with --by or --show-missing-lines")
        }
        if by == .folder, showMissingLines {
            throw ValidationError("--show-missing-lines is for files, not for --by folder")
        }
        try ReportOutputs.checkPlaces(place.places(with: outputs.paths))
        try gates.annotations.check(besides: outputs.named)
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
                "'\(sort)' cannot sort \(what): use \(keys.joined(separator: ", "))")
        }
    }

    func run() throws {
        let coverage = try CoverageReader(
            input, elf, sources, naming.parts,
            branches: branches.choice(isNeeded: gates.needBranches)
        )
        .write(outputs.targets, of: input.names, counting: functions ? .hits : .nothing)
        if place.isWanted(besides: outputs.paths) {
            var output = try OutputFile(place.table, isStyled: true)
            if functions {
                writeFunctions(coverage, to: &output)
            } else {
                writeFiles(coverage, to: &output)
            }
            try output.finish()
        }
        try gates.check(coverage.files, sources.rules)
    }

    private func writeFiles(_ coverage: ReportedCoverage, to output: inout OutputFile) {
        var report = TextReport()
        report.grouping = by
        report.showsMissing = showMissingLines
        report.order = sort.flatMap(TextReport.Order.init) ?? .name
        report.isReversed = reverse
        report.hasBranches = coverage.hasBranches
        report.hasUnreadSources = coverage.hasUnreadSources
        report.style = style.style(for: place.table)
        report.write(coverage.files, to: &output)
    }

    private func writeFunctions(
        _ coverage: ReportedCoverage, to output: inout OutputFile
    ) {
        var report = FunctionReport()
        report.hasCounts = coverage.hasCounts
        report.order = sort.flatMap(FunctionReport.Order.init) ?? .place
        report.isReversed = reverse
        report.style = style.style(for: place.table)
        report.write(coverage.files, to: &output)
    }
}

extension TextReport.Grouping: ExpressibleByArgument {}
