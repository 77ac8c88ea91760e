import ArgumentParser
import Reports

struct Report: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Print a table of line and function coverage by source file.")

    @OptionGroup var input: TraceOptions
    @OptionGroup var elf: ElfOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let files = try elf.sourceCoverage(of: input.profile()).files
        try output.write { TextReport.write(files, to: &$0) }
    }
}
