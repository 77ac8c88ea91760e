import ArgumentParser

/// The traces of a command that needs some to be named.
struct NamedTraces: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "The drcov files; standard input for '-'.",
            discussion:
                "A folder stands for all traces in it, @FILE for those that the file lists.",
            valueName: "traces"),
        completion: .file(extensions: ["drcov"]))
    var lists: [NameList]

    var names: [String] { lists.flatMap(\.names) }
}
