import ArgumentParser
import CovtoolKit
import Folders

struct Recover: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recover",
        abstract: "Turn the journals of ended processes into traces.",
        discussion: """
            While a process records, libcov.so keeps a journal beside the future trace, \
            'run.drcov.1234.journal' for process 1234. If a signal ends the process, the journal \
            stays. Its trace becomes run.drcov, or run.1234.drcov if there is a run.drcov already; \
            only the file that -o names is ever overwritten. Then the journal is removed. The \
            journal of a process that still records is left alone. All commands read journals as \
            they read traces; this command is for other programs.
            """)

    @Argument(
        help: ArgumentHelp(
            "The journals; all *.journal in the working folder if none is named. '-' is standard input.",
            discussion:
                "A folder means all journals in it, @FILE the journals that the file lists.",
            valueName: "journals"),
        completion: .file(extensions: ["journal"]))
    var lists: [NameList] = []

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Write the trace of a single journal to this file; '-' is standard output.",
            valueName: "file"),
        completion: .file())
    var output: String?

    @Flag(help: "Do not remove the journals.")
    var keep = false

    @Flag(help: "Also take journals of processes that still record.")
    var force = false

    @OptionGroup var modules: ModuleOptions

    private var names: [String] { lists.flatMap(\.names) }

    func validate() throws {
        if output != nil, names.count != 1 {
            throw ValidationError("-o needs exactly one journal")
        }
        // What comes in by a pipe has no name to make the trace's of.
        if output == nil, names.contains("-"), names.count > 1 {
            throw ValidationError(
                "the journal from standard input goes to standard output: name it alone")
        }
    }

    func run() throws {
        let found = FolderNames(of: "").filter { $0.hasSuffix(JournalName.suffix) }
        let journals =
            names.isEmpty
            ? found
            : try TraceInputs(names, kind: "journal", isWanted: Recovery.isJournal).paths
        if journals.isEmpty { Diagnostics.say("no journal in this folder") }
        if output != nil, journals.count != 1 {
            throw Failure(
                .usage,
                "-o needs exactly one journal: \(names[0]) means \(journals.count)")
        }
        let target = output ?? (journals == ["-"] ? "-" : nil)
        let recovery = Recovery(
            output: target, keepsJournal: keep, takesLiving: force, selection: modules.selection,
            warnings: Diagnostics.warnings())
        var status: Failure.Status?
        for journal in journals {
            do throws(Failure) {
                Diagnostics.say(try recovery.recover(journal))
            } catch {
                // Its process has written the trace since the folder was read.
                if names.isEmpty, error.status == .missingInput { continue }
                Diagnostics.fail(error.message)
                status = status ?? error.status
            }
        }
        if let status { throw ExitCode(status.rawValue) }
    }
}
