import ArgumentParser
import CovtoolKit

/// The ELF files that a report looks into, and where it looks for them.
struct ElfOptions: ParsableArguments {
    @OptionGroup var named: NamedElfOptions
    @OptionGroup var folders: ElfFolderOptions

    var files: [NamedElf] { named.files }

    /// The files, and where to look for them.
    var elf: ElfFiles { ElfFiles(files, in: folders.folders) }
}

/// The ELF files that a report looks into.
struct NamedElfOptions: ParsableArguments {
    @Option(
        name: [.customLong("elf"), .customShort("e")], parsing: .singleValue,
        help: ArgumentHelp(
            "Read debug information from this ELF file; can be repeated.",
            discussion: """
                Without this option, covtool reads the modules' files, at their paths in the traces. A \
                file that belongs to no module takes blocks that are in no module: those at its own \
                addresses or, with FILE@BASE, at addresses from BASE on.
                """,
            valueName: "file"),
        completion: .file())
    var files: [NamedElf] = []
}

extension NamedElf: ExpressibleByArgument {}

/// Where ELF files, and the debug information that belongs to them, are looked for.
struct ElfFolderOptions: ParsableArguments {
    @OptionGroup var debug: DebugFolderOptions

    @Option(
        help: ArgumentHelp(
            "Look below this folder first, for the traces' modules and for /usr/lib/debug.",
            discussion: """
                The folder is the root of the guests' file system; symbolic links never lead out of it.
                """,
            valueName: "folder"),
        completion: .directory)
    var sysroot: String?

    func validate() throws { try DebugFolderOptions.check([sysroot].compactMap(\.self)) }

    /// The folders.
    var folders: ElfFolders { ElfFolders(debugFolders: debug.folders, sysroot: sysroot) }
}

/// Folders with separate debug information.
struct DebugFolderOptions: ParsableArguments {
    @Option(
        name: .customLong("debug-dir"), parsing: .singleValue,
        help: ArgumentHelp(
            "Look for separate debug files in this folder first; can be repeated.",
            discussion: """
                In any case, covtool looks by build-id and debuglink beside the ELF file, in .debug \
                there, in /usr/lib/debug, and on the servers in DEBUGINFOD_URLS.
                """,
            valueName: "folder"),
        completion: .directory)
    var folders: [String] = []

    func validate() throws { try DebugFolderOptions.check(folders) }

    /// Makes sure that debug information can be looked for in folders.
    static func check(_ folders: [String]) throws {
        for folder in folders {
            guard !folder.isEmpty else { throw ValidationError("a folder without a name") }
            guard !FilePath.absolute(folder).contains(":") else {
                throw ValidationError(
                    "'\(folder)' cannot be searched: libdwfl does not take folders with a colon")
            }
        }
    }
}
