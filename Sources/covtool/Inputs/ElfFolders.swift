import ArgumentParser
import Coverage
import DebugInfo

/// Where ELF files, and the debug information that belongs to them, are looked for.
struct ElfFolders: ParsableArguments {
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
    var debugFolders: [String] = []

    @Option(
        help: ArgumentHelp(
            "Look below this folder first, for the traces' modules and for /usr/lib/debug.",
            discussion: """
                The folder is the root of the guests' file system; symbolic links never lead out of it.
                """,
            valueName: "folder"),
        completion: .directory)
    var sysroot: String?

    func validate() throws {
        for folder in debugFolders + [sysroot].compactMap(\.self) {
            guard !folder.isEmpty else { throw ValidationError("a folder without a name") }
            guard !FilePath.absolute(folder).contains(":") else {
                throw ValidationError(
                    "'\(folder)': folders with a colon cannot be searched (libdwfl)")
            }
        }
    }

    /// Opens the file at a path of this machine.
    func open(_ path: String) throws(DebugInfoError) -> Binary {
        let systems = sysroot.map { Sysroot(FilePath.absolute($0)).path("/usr/lib/debug") }
        return try Binary(
            path: path,
            debugFolders: debugFolders.map(FilePath.absolute) + [systems].compactMap(\.self))
    }

    /// Where a module's file is on this machine.
    func path(ofModule path: String) -> String {
        if let replaced = ReplacedPath(path), !replaced.buildID.isEmpty {
            let there = self.path(ofModule: replaced.path)
            if BuildID.ofFile(at: there) == replaced.buildID { return there }
        }
        guard let sysroot else { return path }
        let inside = Sysroot(FilePath.absolute(sysroot)).path(path)
        return FilePath.exists(inside) ? inside : path
    }
}
