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
        let paths = try TraceInputs(traces.names).found()
        var file = try OutputFile(output.output)
        var document = json ? InfoJSON(listsBlocks: blocks) : nil
        var found: (taken: Set<String>, unwanted: Set<String>) = ([], [])
        for path in paths {
            let trace = try CheckedTrace(path: path, modules.selection)
            found.taken.formUnion(trace.modulePaths.taken)
            found.unwanted.formUnion(trace.modulePaths.unwanted)
            try trace.report(strictness.warnings)
            for (number, summary) in trace.summaries.enumerated() {
                let dump = trace.dumps.isEmpty ? nil : trace.dumps[number]
                trace.file.withBytes { bytes in
                    if document != nil {
                        document?.write(summary, dump, path: path, in: bytes, to: &file)
                    } else {
                        InfoText.write(
                            summary, dump, number: number, of: trace.summaries.count, path: path,
                            to: &file)
                        if blocks { InfoText.writeBlocks(summary, in: bytes, to: &file) }
                    }
                }
            }
        }
        document?.end(to: &file)
        try modules.selection.check(found, strictness.warnings)
        try file.finish()
    }
}
