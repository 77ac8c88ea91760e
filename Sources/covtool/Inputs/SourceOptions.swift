import ArgumentParser
import Coverage

/// Which source files a report is of, and whether libraries of the system are among its modules.
struct SourceOptions: ParsableArguments {
    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "Only source files that match; may be given several times.",
            discussion: """
                The whole path is matched: '*' is any text, slashes too, '**/' any folders or none, \
                '?' one character, '[a-z]' one of these. A pattern without a slash is matched with \
                the file's name; one that begins with neither '/' nor '*' is seen from the working \
                folder; one that ends in '/' is all below.
                """,
            valueName: "glob"))
    var include: [String] = []

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "No source files that match, included or not; may be given several times.",
            valueName: "glob"))
    var exclude: [String] = []

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "No source files in whose path something matches this extended POSIX expression.",
            valueName: "regex"),
        transform: RegularExpression.init)
    var ignoreFilenameRegex: [RegularExpression] = []

    @Flag(
        help: ArgumentHelp(
            "Report libraries of the system, too.",
            discussion: """
                These are the shared objects in /lib and /usr/lib, there and in the folder that QEMU's -L or \
                --sysroot names, and the program's interpreter. They are left out unless this option, \
                --module or --elf asks for them, or nothing else ran.
                """))
    var systemLibraries = false

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "Take source files in the folder FROM for those in TO; may be given several times.",
            discussion: """
                The first that fits is taken, before patterns are matched. '.' for FROM stands for \
                paths that are relative in the debug information, for TO it makes relative paths.
                """,
            valueName: "from,to"),
        transform: PathEquivalence.init)
    var pathEquivalence: [PathEquivalence] = []

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "Read sources below this folder, for exclusion markers; may be given several times.",
            discussion: """
                A source is never read from anywhere else. Looked for are its whole path, where that is \
                below the folder, and then what is left of it without its first folders.
                """,
            valueName: "folder"),
        completion: .directory)
    var sourceRoot: [String] = []

    @Flag(help: "Take no notice of exclusion markers (LCOV_EXCL_LINE and others) in sources.")
    var noMarkers = false

    /// What is asked for, as the reports' sums take it.
    var selection: SourceSelection {
        let folder = FilePath.workingFolder
        var selection = SourceSelection()
        selection.mappings = pathEquivalence.map(\.mapping)
        selection.included = include.map { PathGlob($0, in: folder) }
        selection.excluded = exclude.map { PathGlob($0, in: folder) }
        selection.ignored = ignoreFilenameRegex.map { regex in { regex.matches($0) } }
        selection.folder = folder
        return selection
    }
}
