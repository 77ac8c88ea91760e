import ArgumentParser
import Coverage
import CovtoolKit
import Reports

struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Print sources with how often each line was executed.",
        discussion: """
            Each line is printed as 'LINE|COUNT|TEXT'. Lines that were missed have ##### as count, \
            lines without code have none. Sources are read below the folders that --source-root \
            names. For other sources, lines with code are printed without text.
            """)

    @OptionGroup var input: CoverageOptions
    @OptionGroup var elf: ElfOptions
    @OptionGroup var sources: SourceOptions
    @OptionGroup var branches: BranchOptions
    @OptionGroup var naming: NameOptions

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "Print only source files that match, with patterns as for --include; can be repeated.",
            valueName: "glob"))
    var file: [String] = []

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "Print only functions of this name (with or without parameters, or the linker's name); can be repeated.",
            valueName: "name"))
    var function: [String] = []

    @OptionGroup var style: StyleOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let reader = CoverageReader(
            input, elf, sources, naming.parts, branches: branches.choice()
        )
        let all = try reader.coverage(of: input.names, hasFunctionEnds: !function.isEmpty)
        var shown = try ShownSources(
            all.files, builtFrom: elf.elf.built(all.modules), sources.rules, reader.merging.warnings
        )
        let folder = FilePath.workingFolder
        try shown.keep(files: file.map { PathGlob($0, in: folder) }, functions: function)
        var listing = SourceListing()
        listing.style = style.style(for: output.output)
        try output.write(isStyled: true) { shown.write(listing, to: &$0) }
        shown.sayWhatIsMissing()
    }
}
