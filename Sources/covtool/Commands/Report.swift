import ArgumentParser
import Reports

struct Report: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Print a table of line and function coverage by source file.")

    @OptionGroup var input: TraceOptions
    @OptionGroup var elf: ElfOptions
    @OptionGroup var sources: SourceOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let files = try sources.coverage(of: input.profile(), elf, isStrict: input.isStrict).files
        try output.write { TextReport.write(files, to: &$0) }
    }
}
