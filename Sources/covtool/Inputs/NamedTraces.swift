import ArgumentParser

/// The traces of a command that needs some to be named.
struct NamedTraces: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "The traces; '-' is standard input.",
            discussion:
                "A folder means all traces in it, @FILE the traces that the file lists.",
            valueName: "traces"),
        completion: .file(extensions: ["drcov"]))
    var lists: [NameList]

    var names: [String] { lists.flatMap(\.names) }
}
