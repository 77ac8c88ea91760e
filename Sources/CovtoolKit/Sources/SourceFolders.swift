import Coverage
import Trace

#if canImport(Glibc)
    import Glibc
#endif

/// Reads source files by their paths in reports, from the folders that the user named and from no
/// other place: a path in debug information may be anything, and is not worth more trust than the file
/// that it stands in.
struct SourceFolders {
    /// Why a source file is not read.
    enum Absence: Error {
        /// No folder with sources was named.
        case noRoot
        /// It is in none of the folders.
        case missing
        /// What is there is a link that leads out of the folder.
        case leadsOut
        /// What is there is not a regular file.
        case notRegular
        /// It has more than ``mostBytes``.
        case tooLarge
        /// The system cannot read it.
        case unreadable(Int32)
    }

    private struct Root {
        /// Absolute, as the user named it, and without links.
        var named, real: String

        func contains(_ path: String) -> Bool {
            real == "/" || path == real || path.hasPrefix(real + "/")
        }
    }

    /// Far more than any source has.
    static let mostBytes = 64 << 20

    private let folder = FilePath.workingFolder
    private var roots: [Root] = []

    /// - Parameter folders: what the user named.
    /// - Throws: ``Failure`` for a folder that is not there.
    init(_ folders: [String]) throws(Failure) {
        for name in folders {
            let real = FilePath.absolute(name)
            var status = stat()
            guard unsafe stat(PathText.cString(real), &status) == 0 else {
                throw .reading(name, errno)
            }
            guard status.st_mode & S_IFMT == S_IFDIR else { throw .reading(name, ENOTDIR) }
            roots.append(Root(named: SourcePath.normalised(name, in: folder), real: real))
        }
    }

    /// Whether any folder was named.
    var isEmpty: Bool { roots.isEmpty }

    /// The bytes of the source file that a report calls `path`.
    ///
    /// Looked for are the path itself, where it is below one of the folders, and then what is left of
    /// it without its first components, fewer before more, in one folder after the other.
    func bytes(of path: String) throws(Absence) -> [UInt8] { try source(of: path).bytes }

    /// The same, and when the file was written last, in seconds.
    func source(of path: String) throws(Absence) -> (bytes: [UInt8], modified: Int) {
        guard !roots.isEmpty else { throw .noRoot }
        var absence = Absence.missing
        for (root, rest) in candidates(SourcePath.normalised(path, in: folder)) {
            do throws(Absence) {
                return try SourceFolders.source(of: root.real + "/" + rest, in: root)
            } catch {
                if case .missing = error { continue }
                absence = error
            }
        }
        throw absence
    }

    private func candidates(_ path: String) -> [(Root, String)] {
        var found: [(Root, String)] = []
        for root in roots {
            for folder in [root.named, root.real] where path.hasPrefix(folder + "/") {
                found.append((root, String(path.dropFirst(folder.count + 1))))
            }
        }
        let parts = path.split(separator: "/")
        for index in parts.indices {
            let rest = parts[index...].joined(separator: "/")
            found += roots.map { ($0, rest) }
        }
        return found
    }

    /// Nothing is opened before it is known to be a regular file in the folder: the first descriptor
    /// only stands for a place in the file system, and what is behind it cannot be exchanged.
    private static func source(of path: String, in root: Root) throws(Absence)
        -> (bytes: [UInt8], modified: Int)
    {
        let place = unsafe open(path, SourceFolders.placeOnly | O_CLOEXEC)
        guard place >= 0 else {
            throw [ENOENT, ENOTDIR, ENAMETOOLONG].contains(errno) ? .missing : .unreadable(errno)
        }
        defer { close(place) }
        let link = "/proc/self/fd/\(place)"
        guard root.contains(FilePath.target(ofLink: link) ?? "") else { throw .leadsOut }
        var status = stat()
        guard unsafe fstat(place, &status) == 0 else { throw .unreadable(errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notRegular }
        guard status.st_size <= mostBytes else { throw .tooLarge }
        let file = unsafe open(link, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw .unreadable(errno) }
        defer { close(file) }
        return (try bytes(from: file, count: Int(status.st_size)), status.st_mtim.tv_sec)
    }

    private static func bytes(from file: Int32, count: Int) throws(Absence) -> [UInt8] {
        var failure: Int32?
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let rest = unsafe UnsafeMutableRawBufferPointer(
                    rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...])
                let got = unsafe read(file, rest.baseAddress, rest.count)
                if got > 0 {
                    filled += got
                } else if got == 0 {
                    break
                } else if errno != EINTR {
                    failure = errno
                    break
                }
            }
        }
        if let failure { throw .unreadable(failure) }
        return bytes
    }

    /// Linux's `O_PATH`, which Glibc's module has not got (its macro needs another one).
    private static let placeOnly: Int32 = 0o10_000_000
}

extension SourceFolders.Absence {
    /// The reason in words, behind the file's name and a colon.
    var text: String {
        switch self {
        case .noRoot: "no folder with sources is named (use --source-root)"
        case .missing: "is in none of the folders that --source-root names"
        case .leadsOut: "is a link that leads out of the folder that --source-root names"
        case .notRegular: "is not a regular file"
        case .tooLarge: "has more than \(SourceFolders.mostBytes >> 20) MiB"
        case .unreadable(let number): "cannot be read: \(Failure.text(ofError: number))"
        }
    }
}
