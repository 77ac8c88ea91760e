import ArgumentParser
import CovtoolKit

/// Where a report goes.
struct OutputOptions: ParsableArguments {
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Write to this file, completely or not at all.", valueName: "file"),
        completion: .file())
    var output: String?

    /// Gives `body` the place to write to.
    ///
    /// - Parameter isStyled: whether it is laid out for a terminal where one reads it.
    func write(isStyled: Bool = false, _ body: (inout OutputFile) -> Void) throws(Failure) {
        var file = try OutputFile(output, isStyled: isStyled)
        body(&file)
        try file.finish()
    }
}
