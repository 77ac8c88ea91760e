import ArgumentParser
import CovtoolKit

struct Doctor: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Try every QEMU on the PATH: whether it can record, and if not, what to do.",
        discussion: """
            Each QEMU loads libcov.so, which says which plugin interface it found, and ends; one that \
            does not answer in ten seconds is ended. A line names the folder, the release, the result and \
            the programs. The exit status is 1 if no QEMU records.
            """)

    @OptionGroup var output: OutputOptions

    func run() throws {
        let file = try OutputFile(output.output)
        let hasRecording = try EmulatorSurvey.write(to: file)
        try file.finish()
        if !hasRecording { throw ExitCode.failure }
    }
}
