import Coverage
import Reports

/// Counts what is written.
struct Sink: ByteOutputStream {
    var count = 0
    mutating func write(_ string: String) { count += string.utf8.count }
    mutating func write(_ bytes: ArraySlice<UInt8>) { count += bytes.count }
}

/// All reports.
enum Outputs {
    static func write(_ difference: ProfileDifference) {
        var sink = Sink()
        TextDifference().write(difference, nil, to: &sink)
        JSONDifference.write(difference, nil, to: &sink)
        for part in difference.modules {
            precondition(part.before - part.gone.count + part.new.count == part.after)
        }
    }

    static func write(_ files: [SourceDifference], _ profile: Profile) {
        var sink = Sink()
        let nothing = ProfileDifference(before: profile, after: profile)
        TextDifference().write(nothing, files, to: &sink)
        JSONDifference.write(nothing, files, to: &sink)
    }

    static func write(
        _ files: [SourceCoverage.File], _ profile: Profile, _ bytes: Span<UInt8>,
        _ choice: inout Choice
    ) {
        var sink = Sink()
        var style = TextStyle()
        style.width = choice.of([nil, 1, 20, 80])
        (style.isColoured, style.isForTerminal) = (choice.number(below: 2) == 0, true)
        let coverage = ReportedCoverage(files: files, modules: profile.modules)
        switch choice.number(below: 7) {
        case 0:
            var report = LCOVReport()
            report.format = choice.of(LCOVReport.Format.allCases)
            report.write(ReportedCoverage(files: files), to: &sink)
        case 1:
            var report = JSONReport()
            report.hasBlocks = choice.number(below: 2) == 0
            report.write(
                ReportedCoverage(files: files, modules: profile.modules), to: &sink)
        case 2:
            var report = TextReport()
            report.grouping = choice.of(TextReport.Grouping.allCases)
            report.order = choice.of(TextReport.Order.allCases)
            (report.showsMissing, report.style) = (choice.number(below: 2) == 0, style)
            report.write(files, to: &sink)
        case 3:
            var report = FunctionReport()
            (report.order, report.style) = (choice.of(FunctionReport.Order.allCases), style)
            report.write(files, to: &sink)
        case 4:
            writeForService(coverage, &choice, to: &sink)
        case 5:
            var report = CoberturaReport()
            report.limits.bytes = choice.of([1, 1500, 4000, 1 << 20])
            report.limits.sources = 1 + choice.number(below: 3)
            report.folders = ProjectFolders(roots: ["/", "/a"], workingFolder: "/b")
            let parts = report.parts(coverage)
            precondition(!parts.isEmpty)
        default:
            var listing = SourceListing()
            listing.style = style
            for file in files {
                listing.write(file, source: bytes.indices.map { bytes[$0] }, to: &sink)
            }
        }
        for gate in [Gate.uncoveredLines(1), Percentage("99.9").map(Gate.lines)] {
            _ = gate?.shortfall(of: Totals(files))
        }
    }

    private static func writeForService(
        _ coverage: ReportedCoverage, _ choice: inout Choice, to sink: inout Sink
    ) {
        switch choice.number(below: 5) {
        case 0: SonarReport().write(coverage, to: &sink)
        case 1: CodecovReport().write(coverage, to: &sink)
        case 2: LLVMReport().write(coverage, to: &sink)
        case 3:
            GitHubAnnotations().write(missed: GitHubAnnotations.missed(coverage.files), to: &sink)
        default:
            var report = MarkdownReport()
            report.limit = choice.of(MarkdownReport.Limit.allCases)
            report.baseline = choice.number(below: 2) == 0 ? Array(coverage.files.dropFirst()) : nil
            sink.count = 0
            report.write(coverage, to: &sink)
            precondition(sink.count <= 1 << (report.limit == .comment ? 16 : 20))
        }
    }

    /// The module's blocks as `symbolise` writes them.
    static func write(
        _ module: ModuleCoverage, _ locator: Locator, base: UInt64, _ isJSON: Bool
    ) {
        var sink = Sink()
        var document = isJSON ? SymbolJSON(.modules) : nil
        document?.begin(module)
        for block in module.blocks.elements.prefix(32) {
            let frames = locator.frames(of: base &+ block.offset)
            if document != nil {
                document?.write(frames, block: block, to: &sink)
            } else {
                SymbolText.write(frames, block: block, module: module.path, to: &sink)
                Addr2lineFormat().write(frames, address: base &+ block.offset, to: &sink)
            }
        }
        document?.endModule()
        document?.end(to: &sink)
    }
}
