import ArgumentParser
import Coverage
import CovtoolKit
import DRCov

struct DRCovCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drcov",
        abstract: "Write traces as one drcov file, in the form that most readers accept.",
        discussion: """
            Blocks are sorted, and each is written once. The file is the same, byte for byte, whatever \
            the order of the traces. Options choose another form, or the form for one reader.
            """)

    @OptionGroup var input: TraceOptions
    @OptionGroup var placing: PlacingOptions

    @Option(
        help: ArgumentHelp("Version of the format, 2 or 3 (default: 2).", valueName: "version"))
    var drcovVersion: DRCovVersion?

    @Option(
        help: ArgumentHelp(
            "Version of the module table, 2 to 5 (default: 2, or 5 with version 3).",
            valueName: "table"))
    var table: TableVersion?

    @Flag(help: "Write the blocks as lines of text.")
    var text = false

    @Flag(help: "Write how often each block was executed; few readers accept hit counts.")
    var counts = false

    @Flag(
        help: """
            Write which ways conditional jumps went, as far as the traces say so; few readers accept \
            the table.
            """)
    var edges = false

    @Option(
        name: .customLong("for"),
        help: ArgumentHelp(
            "Write what this reader accepts, or say why that is not possible.", valueName: "reader")
    )
    var reader: KnownReader?

    @Flag(
        help: """
            Write where blocks begin as lines MODULE+OFFSET instead, as Lighthouse, bncov and scripts take them.
            """)
    var modoff = false

    @OptionGroup var output: OutputOptions

    func validate() throws {
        let isFormed = drcovVersion != nil || table != nil || text || counts || edges
        if modoff, isFormed || reader != nil {
            throw ValidationError("--modoff has no other form, and cannot be combined with one")
        }
    }

    func run() throws {
        let paths = try TraceInputs(input.names).found(input.merging.warnings)
        let sum = try input.merging.merging(placing).sum(
            of: paths, counting: counts ? .hits : .nothing)
        if !counts {
            let remedy = modoff ? "a list has none" : "--counts keeps them"
            sum.facts.tellCountsLeftOut(remedy, input.merging.warnings)
        }
        sum.facts.tellOpenBlocks(input.merging.warnings)
        let profile = try placing.elf.placing(sum.profile(), sum.facts)
        guard !modoff else {
            return try profile.writeModuleOffsets(
                to: output.output, warnings: input.merging.warnings)
        }
        try profile.write(
            to: output.output, form: form, for: reader, warnings: input.merging.warnings)
    }

    private var form: DRCovForm {
        var form = DRCovForm(
            version: drcovVersion ?? (reader == .cutter ? .three : .two), table: table,
            blocks: text ? .text : .binary, hasCounts: counts)
        form.hasWindowsColumns = reader == .libafl
        form.hasEdges = edges
        return form
    }
}

extension DRCovVersion: ExpressibleByArgument {
    /// What the parser names where the value is another.
    public static var allValueStrings: [String] { allCases.map { "\($0.rawValue)" } }
}
extension TableVersion: ExpressibleByArgument {
    /// What the parser names where the value is another.
    public static var allValueStrings: [String] { allCases.map { "\($0.rawValue)" } }
}
