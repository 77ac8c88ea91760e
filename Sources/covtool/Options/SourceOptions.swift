import ArgumentParser
import Coverage
import CovtoolKit
import DebugInfo

/// Which source files a report is of, and whether libraries of the system are among its modules.
struct SourceOptions: ParsableArguments {
    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "Include only source files that match; can be repeated.",
            discussion: """
                The pattern must match the whole path. '*' matches any text, slashes too, '**/' any \
                number of folders or none, '?' one character, '[a-z]' one of these. A pattern without \
                a slash is matched against the file's name. Any other that does not begin with '/' or \
                '*' starts at the working folder. If it ends in '/', it matches everything below.
                """,
            valueName: "glob"))
    var include: [String] = []

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "Leave out source files that match, even if --include names them; can be repeated.",
            valueName: "glob"))
    var exclude: [String] = []

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "Leave out source files if a part of the path matches this extended POSIX expression; can be repeated.",
            valueName: "regex"),
        transform: { try checked($0, RegularExpression.init) })
    var ignoreFilenameRegex: [RegularExpression] = []

    @Flag(
        help: ArgumentHelp(
            "Also report system libraries.",
            discussion: """
                These are the shared objects in /lib and /usr/lib, also below the folder that QEMU's -L or \
                --sysroot names, and the program's interpreter. They are left out unless this option, \
                --module or --elf asks for them, or nothing else ran.
                """))
    var systemLibraries = false

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "Treat source files in the folder FROM as those in TO; can be repeated.",
            discussion: """
                The first option that fits applies, before patterns are matched. '.' as FROM stands \
                for paths that are relative in the debug information; '.' as TO makes paths relative.
                """,
            valueName: "from,to"),
        transform: { try checked($0, PathEquivalence.init) })
    var pathEquivalence: [PathEquivalence] = []

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "Read sources below this folder, for exclusion markers and for texts to show; can be repeated.",
            discussion: """
                Sources are read from nowhere else. covtool looks for a source's own path, if that is \
                below the folder, and then below the folder for the path without its first folders.
                """,
            valueName: "folder"),
        completion: .directory)
    var sourceRoot: [String] = []

    @Flag(help: "Ignore exclusion markers (LCOV_EXCL_LINE and others) in sources.")
    var noMarkers = false

    @Option(
        help: ArgumentHelp(
            "Count lines as gcov does, or as they were executed.",
            discussion: """
                GCC counts the turns of a loop that a function begins with for the line of the function's declaration, \
                too.
                """,
            valueName: "rule"))
    var countsAs = CountRule.gcov

    /// Which source files are wanted, and how they are treated; patterns are seen from the working folder.
    var rules: SourceRules {
        let folder = FilePath.workingFolder
        var rules = SourceRules()
        rules.included = include.map { PathGlob($0, in: folder) }
        rules.excluded = exclude.map { PathGlob($0, in: folder) }
        rules.ignored = ignoreFilenameRegex
        rules.equivalences = pathEquivalence
        rules.roots = sourceRoot
        rules.followsMarkers = !noMarkers
        rules.countRule = countsAs
        rules.hasSystemLibraries = systemLibraries
        return rules
    }
}

extension CountRule: ExpressibleByArgument {}

extension CoverageReader {
    /// The reader of the commands that are given traces, ELF files and sources.
    init(
        _ input: CoverageOptions, _ elf: ElfOptions, _ sources: SourceOptions,
        _ parts: LineTableParts, branches: BranchChoice = .none
    ) {
        self.init(
            merging: input.merging.merging, elf: elf.elf, sources: sources.rules, parts: parts,
            tracefiles: input.tracefiles.paths, branches: branches)
    }
}
