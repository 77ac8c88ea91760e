import ArgumentParser

/// Where a report goes.
struct OutputOptions: ParsableArguments {
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Write to this file, whole or not at all.", valueName: "file"),
        completion: .file())
    var output: String?

    /// Gives `body` the place to write to.
    func write(_ body: (inout OutputFile) -> Void) throws(Failure) {
        var file = try OutputFile(output)
        body(&file)
        try file.finish()
    }
}
