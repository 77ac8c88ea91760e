import ArgumentParser
import Reports

struct LCOV: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lcov",
        abstract: "Write line and function coverage as an lcov tracefile, for genhtml and others.",
        discussion: """
            Every line that the line table knows is there, hit or not. Traces recorded with \
            counts=on give real counts; others, in how many runs a line was reached, at least.
            """)

    @OptionGroup var input: TraceOptions
    @OptionGroup var elf: ElfOptions
    @OptionGroup var sources: SourceOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let files = try sources.coverage(
            of: input.profile(counting: .hits), elf, isStrict: input.isStrict
        ).files
        try output.write { LCOVReport.write(files, to: &$0) }
    }
}
