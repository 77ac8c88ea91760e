import ArgumentParser
import CovtoolKit

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
        let warnings = Diagnostics.warnings()
        let paths = try TraceInputs(traces.names).found(warnings)
        let repair = TraceRepair(modules.selection, warnings: warnings)
        if let output, FilePath.isFolder(output) {
            return try repair.repair(paths, into: output)
        }
        guard paths.count == 1 else {
            throw Failure(
                .usage, "\(paths.count) traces are named: use -o FOLDER, for a file each"
            )
        }
        try repair.repair(paths[0], to: output)
    }
}
