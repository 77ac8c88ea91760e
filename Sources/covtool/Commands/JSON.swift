import ArgumentParser
import Reports

struct JSON: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "json",
        abstract: "Write line and function coverage as JSON (Docs/coverage.schema.json).")

    @OptionGroup var input: TraceOptions
    @OptionGroup var elf: ElfOptions
    @OptionGroup var sources: SourceOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let (files, modules) = try sources.coverage(
            of: input.profile(counting: .hits), elf, isStrict: input.isStrict)
        try output.write { JSONReport.write(files, modules: modules, to: &$0) }
    }
}
