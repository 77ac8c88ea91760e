import ArgumentParser
import CovtoolKit

struct Validate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Say which readers of drcov accept a trace, and why others do not.",
        discussion: """
            The exit status is 0 if each trace is sound and each reader that --for names accepts it, \
            otherwise 1. 'covtool repair' mends a trace; 'covtool drcov --for READER' writes what \
            that reader accepts.
            """)

    @OptionGroup var traces: NamedTraces

    @Option(
        name: .customLong("for"), parsing: .singleValue,
        help: ArgumentHelp(
            "Check only this reader; can be repeated.", valueName: "reader"))
    var readers: [KnownReader] = []

    @Flag(help: "Print a JSON document.")
    var json = false

    @OptionGroup var output: OutputOptions

    func run() throws {
        let warnings = Diagnostics.warnings()
        let paths = try TraceInputs(traces.names).found(warnings)
        var file = try OutputFile(output.output)
        var validation = TraceValidation(for: readers, isJSON: json, warnings: warnings)
        for path in paths { try validation.write(path, to: &file) }
        validation.end(to: &file)
        try file.finish()
        if !validation.isGood { throw ExitCode(1) }
    }
}

extension KnownReader: ExpressibleByArgument {}
