import ArgumentParser
import CovtoolKit
import Reports

struct Repair: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repair",
        abstract: "Turn damaged traces into sound ones, and say what is lost.",
        discussion: """
            Dumps, rows and blocks keep their order, duplicates included. What cannot be read is left \
            out. Rows are numbered from 0; numbers and tables are written as DynamoRIO writes them. \
            -o may name the damaged file itself. Several traces go into a folder, each under its own \
            name.
            """)

    @OptionGroup var traces: NamedTraces

    @OptionGroup var modules: ModuleOptions

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Write to this file, completely or not at all; for several traces, into this folder.",
            valueName: "file"),
        completion: .file())
    var output: String?

    func run() throws {
        let paths = try TraceInputs(traces.names).found()
        guard let output, FilePath.isFolder(output) else {
            guard paths.count == 1 else {
                throw Failure(
                    .usage,
                    "\(paths.count) traces are named: -o FOLDER takes them, each under its name")
            }
            return try repair(paths[0], to: output)
        }
        var names = FileNames()
        for path in paths {
            let name = path == "-" ? "standard-input.drcov" : names.unused(FilePath.name(path))
            try repair(path, to: output + "/" + name)
        }
    }

    private func repair(_ trace: String, to output: String?) throws(Failure) {
        try OutputFile.refuseTerminal(output)
        let checked = try CheckedTrace(path: trace, modules.selection)
        try modules.selection.check(checked.modulePaths, Warnings())
        for diagnosis in checked.diagnoses {
            Diagnostics.say("\(trace): \(diagnosis.position.text): \(diagnosis.text)")
        }
        let file = try OutputFile(output)
        var kept = 0
        checked.file.withBytes { bytes in
            for (number, summary) in checked.summaries.enumerated() {
                let dump = checked.dumps.isEmpty ? nil : checked.dumps[number]
                kept += RepairedRecording(summary, dump).write(to: file, in: bytes)
            }
        }
        try file.finish()
        let state = checked.diagnoses.isEmpty ? "nothing was damaged" : "repaired"
        Diagnostics.say("\(trace): \(state), \(Amount.text(kept, "block"))")
    }
}
