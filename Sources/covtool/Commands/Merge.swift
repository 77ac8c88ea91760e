import ArgumentParser
import Coverage

struct Merge: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Merge traces into one: every block that any of them executed.",
        discussion: """
            Modules are brought together by their paths, so runs with other load addresses merge \
            rightly. A \(mergedName) of an earlier merge is not merged into itself, so '*.drcov' can \
            be given again and again.
            """)

    @Argument(
        help: ArgumentHelp("The drcov files; standard input for '-'.", valueName: "traces"),
        completion: .file(extensions: ["drcov"]))
    var lists: [NameList]

    @OptionGroup var strictness: StrictOption

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Write to this file; '-' is standard output.", valueName: "file"),
        completion: .file())
    var output: String?

    func run() throws {
        let traces = lists.flatMap(\.names)
        var inputs = traces
        if output == nil {
            inputs.removeAll { $0 != "-" && FilePath.areSame($0, mergedName) }
            if inputs.count < traces.count {
                Diagnostics.say("\(mergedName): is the output, so it is not merged into itself")
            }
            guard !inputs.isEmpty else {
                throw Failure(.missingInput, "\(mergedName): no trace but the output was named")
            }
        }
        try Profile(traces: inputs, strict: strictness.strict).write(to: output ?? mergedName)
    }
}
