import ArgumentParser
import DRCov

struct Repair: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repair",
        abstract: "Make a sound trace of a damaged one, and say what is lost.",
        discussion: """
            Dumps, rows and blocks stay in their order, duplicates included; what cannot be read is \
            left out, rows are numbered from 0, and the text of numbers and tables is DynamoRIO's. \
            The file that -o names may be the damaged one itself.
            """)

    @Argument(
        help: ArgumentHelp("The drcov file; standard input for '-'.", valueName: "trace"),
        completion: .file(extensions: ["drcov"]))
    var trace: String

    @OptionGroup var output: OutputOptions

    func run() throws {
        let checked = try CheckedTrace(path: trace)
        for diagnosis in checked.diagnoses {
            Diagnostics.say("\(trace): \(diagnosis.place.text): \(diagnosis.text)")
        }
        let file = try OutputFile(output.output)
        var kept = 0
        checked.file.withBytes { bytes in
            for summary in checked.summaries {
                kept += RepairedDump(summary).write(to: file, in: bytes)
            }
        }
        try file.finish()
        let state = checked.diagnoses.isEmpty ? "nothing was damaged" : "repaired"
        Diagnostics.say("\(trace): \(state), \(kept) blocks")
    }
}
