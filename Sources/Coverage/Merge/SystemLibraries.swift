/// The libraries of the system that programs ran on, told by their paths alone: a report must not hang
/// on what is installed where it is made.
///
/// They are shared objects below the folders that the Filesystem Hierarchy Standard has for libraries
/// (`/lib`, `/usr/lib`, and those for other word sizes, which hold the multiarch folders), and the
/// program's interpreter, wherever that is. Where a system stands in a folder, as QEMU's `-L` wants it, its
/// libraries are below that folder's own: it is the one in which the interpreter or the C library lies.
public struct SystemLibraries: Sendable {
    private static let folders: Set<Substring> = [
        "lib", "lib32", "lib64", "libx32", "libo32", "libn32",
    ]

    private let roots: Set<String>
    /// Paths that are programs, whatever they are called.
    private let programs: Set<String>

    /// - Parameters:
    ///   - modules: all that ran.
    ///   - roots: absolute paths of folders that are known to hold a system.
    public init(of modules: [ModuleCoverage], roots: [String] = []) {
        let paths = modules.map { ReplacedPath($0.path)?.path ?? $0.path }
        let found = paths.filter { SystemLibraries.isInterpreter($0) || SystemLibraries.isLibC($0) }
            .compactMap(SystemLibraries.root)
        self.roots = Set(found + roots.map { $0 == "/" ? "" : $0 } + [""])
        // Where an interpreter ran, it was for the first module, unless that is what was started itself.
        let hasInterpreter = paths.contains(where: SystemLibraries.isInterpreter)
        programs = Set(
            zip(modules, paths).filter { module, path in
                hasInterpreter && module.rank == 0 && !SystemLibraries.isInterpreter(path)
            }
            .map(\.1))
    }

    /// Whether the module at a path is one of them.
    public func contain(_ path: String) -> Bool {
        let path = ReplacedPath(path)?.path ?? path
        guard path.hasPrefix("/"), SystemLibraries.isSharedObject(path), !programs.contains(path)
        else {
            return false
        }
        return SystemLibraries.isInterpreter(path) || roots.contains { isBelow($0, path) }
    }

    /// Whether a file's name is that of a shared object: `libm.so`, `libm.so.6`.
    public static func isSharedObject(_ path: String) -> Bool {
        let name = SourcePath.baseName(ReplacedPath(path)?.path ?? path)
        return name.hasSuffix(".so") || name.contains(".so.")
    }

    private func isBelow(_ root: String, _ path: String) -> Bool {
        guard path.hasPrefix(root + "/") else { return false }
        let parts = path.dropFirst(root.count).split(separator: "/").dropLast()
        let inner = parts.first == "usr" ? parts.dropFirst() : parts
        return inner.first.map(SystemLibraries.folders.contains) ?? false
    }

    /// The folder above `lib`, or above `usr/lib`, that a library lies in; nil where it lies in none.
    private static func root(_ path: String) -> String? {
        let parts = path.split(separator: "/").dropLast()
        guard let folder = parts.lastIndex(where: folders.contains) else { return nil }
        let above = parts[..<folder]
        let root = above.last == "usr" ? above.dropLast() : above
        return root.map { "/" + $0 }.joined()
    }

    /// The names that the processors' ABIs and the C libraries give it, and glibc before 2.33 its file.
    private static func isInterpreter(_ path: String) -> Bool {
        let name = SourcePath.baseName(path)
        guard isSharedObject(name) else { return false }
        return ["ld-linux", "ld-musl-", "ld-uClibc", "ld64.so", "ld.so"].contains(
            where: name.hasPrefix)
            || name.hasPrefix("ld-") && name.dropFirst(3).first?.isWholeNumber == true
    }

    private static func isLibC(_ path: String) -> Bool {
        let name = SourcePath.baseName(path)
        return name == "libc.so" || name.hasPrefix("libc.so.") || name.hasPrefix("libc.musl-")
            || name.hasPrefix("libc-") && name.dropFirst(5).first?.isWholeNumber == true
    }
}
