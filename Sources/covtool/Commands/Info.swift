import ArgumentParser
import CovtoolKit

struct Info: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "info",
        abstract: "Show what traces hold: form, modules, blocks, hit counts.",
        discussion: """
            Traces are shown as they are in the file, not merged. With --blocks, a line for each \
            block follows: the row's id ('-' for none), start, size, and the hit count if there is \
            one, separated by tabs.
            """)

    @OptionGroup var traces: NamedTraces

    @Flag(help: "Also list the blocks.")
    var blocks = false

    @Flag(help: "Print a JSON document.")
    var json = false

    @OptionGroup var modules: ModuleOptions
    @OptionGroup var strictness: StrictOption
    @OptionGroup var output: OutputOptions

    func run() throws {
        let paths = try TraceInputs(traces.names).found(strictness.warnings)
        var file = try OutputFile(output.output)
        var info = TraceInfo(
            modules.selection, listsBlocks: blocks, isJSON: json, warnings: strictness.warnings)
        for path in paths { try info.write(path, to: &file) }
        try info.end(to: &file)
        try file.finish()
    }
}
