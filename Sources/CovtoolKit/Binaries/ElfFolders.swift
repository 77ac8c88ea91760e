import Coverage
import DebugInfo

/// Where ELF files, and the debug information that belongs to them, are looked for.
public struct ElfFolders: Sendable {
    /// Folders with separate debug files, searched before the usual ones.
    public var debugFolders: [String]
    /// The root of the guests' file system; nil if that is this machine's.
    public var sysroot: String?

    /// Makes a list of folders; without one, only the usual places are searched.
    public init(debugFolders: [String] = [], sysroot: String? = nil) {
        self.debugFolders = debugFolders
        self.sysroot = sysroot
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
