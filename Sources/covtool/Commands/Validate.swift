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
        let paths = try TraceInputs(traces.names).found()
        var file = try OutputFile(output.output)
        var isGood = true
        var document = json ? ValidationJSON() : nil
        for path in paths {
            let trace = try CheckedTrace(path: path)
            let verdicts = trace.verdicts(of: readers.isEmpty ? KnownReader.allCases : readers)
            if !trace.diagnoses.isEmpty { isGood = false }
            if !readers.isEmpty, verdicts.contains(where: { !$0.reasons.isEmpty }) {
                isGood = false
            }
            let damage = trace.diagnoses.map(\.wording)
            if document != nil {
                document?.write(path, damage: damage, verdicts, to: &file)
            } else {
                file.write(ValidationText.text(path, damage: damage, verdicts))
            }
        }
        document?.end(to: &file)
        try file.finish()
        if !isGood { throw ExitCode(1) }
    }
}

extension KnownReader: ExpressibleByArgument {}
