import ArgumentParser
import Coverage
import DRCov

struct DRCovCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drcov",
        abstract: "Write traces anew as one drcov file, in the form that every reader takes.")

    @OptionGroup var input: TraceOptions

    @Flag(help: "Write the blocks as lines of text.")
    var text = false

    @OptionGroup var output: OutputOptions

    func run() throws {
        try input.profile().write(to: output.output, form: Form(blocks: text ? .text : .binary))
    }
}
