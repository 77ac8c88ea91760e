import ArgumentParser
import Reports

struct JSON: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "json",
        abstract: "Write line and function coverage as JSON (Docs/coverage.schema.json).")

    @OptionGroup var input: TraceOptions
    @OptionGroup var elf: ElfOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let profile = try input.profile()
        let files = try elf.sourceCoverage(of: profile).files
        try output.write { JSONReport.write(files, modules: profile.modules, to: &$0) }
    }
}
