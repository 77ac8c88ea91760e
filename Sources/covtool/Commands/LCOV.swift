import ArgumentParser
import Reports

struct LCOV: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lcov",
        abstract: "Write line and function coverage as an lcov tracefile, for genhtml and others.",
        discussion: """
            Every line that the line table knows counts, hit or not. Counts are 1 and 0: a trace \
            says that code ran, not how often.
            """)

    @OptionGroup var input: TraceOptions
    @OptionGroup var elf: ElfOptions
    @OptionGroup var sources: SourceOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let files = try sources.coverage(of: input.profile(), elf, isStrict: input.isStrict).files
        try output.write { LCOVReport.write(files, to: &$0) }
    }
}
