import ArgumentParser
import Coverage
import CovtoolKit

/// Which modules of traces are taken.
struct ModuleOptions: ParsableArguments {
    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "Include only modules (programs, libraries) that match; can be repeated.",
            discussion: """
                The pattern is matched against the whole path or, if it has no slash, the file's name. \
                '*' matches any text, slashes too. Blocks in no module are left out.
                """,
            valueName: "glob"))
    var module: [String] = []

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "Leave out modules that match, even if --module names them; can be repeated.",
            valueName: "glob"))
    var excludeModule: [String] = []

    /// The same, with patterns seen from the working folder.
    var selection: ModuleSelection {
        let folder = FilePath.workingFolder
        return ModuleSelection(
            included: module.map { PathGlob($0, in: folder) },
            excluded: excludeModule.map { PathGlob($0, in: folder) })
    }
}
