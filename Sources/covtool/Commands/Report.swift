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

    @Option(
        help: ArgumentHelp(
            "Print a row for each source file, folder with source files, function, or conditional jump.",
            discussion: """
                'function' is for the code itself, with sources or without: each function that has code of its own, \
                with its blocks and bytes. With --branch-coverage, it has its conditional jumps: how many went both \
                ways, were only taken, only fell through, or were never come to. 'jump' lists these.
                """))
    var by = Rows.file

    @Flag(
        help:
            "Print a row for each function, not each file, with how often it was called or, without hit counts, in how many runs."
    )
    var functions = false

    @Flag(
        help:
            "Write what --by function or --by jump has as JSON, described by Docs/functions.schema.json."
    )
    var json = false

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
        if by != .file, showMissingLines {
            throw ValidationError(
                "--show-missing-lines is for files, not for --by \(by.rawValue)")
        }
        if json, !by.isOfCode {
            throw ValidationError(
                "--json is for --by function and --by jump; 'covtool json' writes files' lines")
        }
        if by.isOfCode, input.names.isEmpty {
            throw ValidationError(
                "--by \(by.rawValue) needs traces: a tracefile says nothing of code")
        }
        try ReportOutputs.checkPlaces(place.places(with: outputs.paths))
        try gates.annotations.check(besides: outputs.named)
        guard let sort else { return }
        let (what, keys) = sorting
        if !keys.contains(sort) {
            throw ValidationError(
                keys.isEmpty
                    ? "--sort is not for --by jump: jumps are listed by address"
                    : "'\(sort)' cannot sort \(what): use \(keys.joined(separator: ", "))")
        }
    }

    /// What rows are of, and by what they can be sorted.
    private var sorting: (what: String, keys: [String]) {
        if functions { return ("functions", FunctionReport.Order.allCases.map(\.rawValue)) }
        switch by {
        case .file, .folder:
            return ("files and folders", TextReport.Order.allCases.map(\.rawValue))
        case .function: return ("functions", CodeReport.Order.allCases.map(\.rawValue))
        case .jump: return ("jumps", [])
        }
    }

    func run() throws {
        let coverage = try CoverageReader(
            input, elf, sources,
            // Blocks begin where tables of jumps lead.
            by.isOfCode ? naming.parts.union(.tables) : naming.parts,
            branches: branches.choice(isNeeded: gates.needBranches || by == .jump)
        )
        .write(
            outputs.targets, of: input.names,
            counting: functions || by.isOfCode ? .hits : .nothing, listsFunctions: by.isOfCode)
        if place.isWanted(besides: outputs.paths) {
            var output = try OutputFile(place.table, isStyled: !json)
            if by.isOfCode {
                writeCode(coverage, to: &output)
            } else if functions {
                writeFunctions(coverage, to: &output)
            } else {
                writeFiles(coverage, to: &output)
            }
            try output.finish()
        }
        try gates.check(
            coverage.files, sources.rules,
            totals: by.isOfCode ? Totals(coverage.functions, lines: coverage.files) : nil)
    }

    private func writeCode(_ coverage: ReportedCoverage, to output: inout OutputFile) {
        if json {
            let document = JSONFunctions(
                hasCounts: coverage.hasCounts, hasJumps: coverage.hasBranches)
            document.write(coverage.functions, to: &output)
        } else if by == .jump {
            var report = JumpReport()
            report.style = style.style(for: place.table)
            report.write(coverage.functions, to: &output)
        } else {
            var report = CodeReport()
            report.hasCounts = coverage.hasCounts
            report.hasJumps = coverage.hasBranches
            report.order = sort.flatMap(CodeReport.Order.init) ?? .place
            report.isReversed = reverse
            report.style = style.style(for: place.table)
            report.write(coverage.functions, to: &output)
        }
    }

    private func writeFiles(_ coverage: ReportedCoverage, to output: inout OutputFile) {
        var report = TextReport()
        report.grouping = by == .folder ? .folder : .file
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

extension Report {
    /// What has a row.
    enum Rows: String, CaseIterable, ExpressibleByArgument {
        case file, folder, function, jump

        /// Whether it is of modules' code, and not of sources.
        var isOfCode: Bool { self == .function || self == .jump }
    }
}
