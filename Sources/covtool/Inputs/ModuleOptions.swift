import ArgumentParser
import Coverage

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

    var selection: ModuleSelection {
        let folder = FilePath.workingFolder
        return ModuleSelection(
            included: module.map { PathGlob($0, in: folder) },
            excluded: excludeModule.map { PathGlob($0, in: folder) })
    }

    /// Says which patterns match nothing, since that is mostly a slip of the pen.
    ///
    /// - Parameter paths: of the modules that were taken, and of those that were not.
    /// - Throws: ``Failure`` where no module is left, or a pattern matches nothing and that is an error.
    func check(_ paths: (taken: Set<String>, unwanted: Set<String>), _ warnings: Warnings)
        throws(Failure)
    {
        let all = paths.taken.union(paths.unwanted)
        if paths.taken.isEmpty, !all.isEmpty {
            let what =
                module.isEmpty
                ? "--exclude-module leaves no module"
                : excludeModule.isEmpty
                    ? "--module matches no module" : "--module and --exclude-module leave no module"
            let names = Set(all.map(SourcePath.baseName)).sorted()
            throw Failure(
                .badData, "\(what) of the trace, which has \(names.joined(separator: ", "))")
        }
        let selection = selection
        for (option, globs) in [
            ("module", selection.included), ("exclude-module", selection.excluded),
        ] {
            for glob in globs where !all.contains(where: { ModuleSelection.matches(glob, $0) }) {
                try warnings.warn("--\(option) '\(glob.text)' matches no module of the trace")
            }
        }
    }
}
