import Folders
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// A folder with a report of several files, some of them in a folder there. Each file is written whole, and only if
/// it does not hold the same already; files of an earlier report that are no more wanted are removed, and what is of
/// somebody else stays.
struct ReportFolder: Sendable {
    /// A file by which a report is known.
    struct Mark: Sendable {
        let name: String
        /// What it begins with.
        let beginning: String
    }

    private let path: String
    private let inner: String

    /// Takes a folder that is not there, is empty, or has an earlier report.
    ///
    /// - Parameters:
    ///   - path: the folder.
    ///   - inner: the name of the folder there.
    ///   - marks: of which an earlier report has the first, which is to be written first, and perhaps the others.
    /// - Throws: ``Failure`` where it cannot be made, has files and no report, or a file in place of a mark.
    init(_ path: String, inner: String, marks: [Mark]) throws(Failure) {
        let place = ReportFolder.place(path)
        self.path = place + "/"
        self.inner = inner
        try ReportFolder.check(path, inner: inner, marks: marks)
        guard unsafe mkdir(place, 0o777) == 0 || errno == EEXIST else {
            throw .writing(path, errno)
        }
        // A link would lead to another place, where nobody wants files written or removed.
        let folder = self.path + inner
        var status = stat()
        if unsafe mkdir(folder, 0o777) != 0 {
            let number = errno
            guard number == EEXIST else { throw .writing(folder, number) }
            guard unsafe lstat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
                throw .writing(folder, ENOTDIR)
            }
        }
    }

    /// Makes sure that a folder can be taken, without making it.
    ///
    /// - Throws: ``Failure``.
    static func check(_ path: String, inner: String, marks: [Mark]) throws(Failure) {
        guard FilePath.exists(path) else {
            let parent = FilePath.folder(place(path))
            guard unsafe access(parent.isEmpty ? "." : parent, W_OK) == 0 else {
                throw .writing(path, errno)
            }
            return
        }
        guard FilePath.isFolder(path) else { throw .writing(path, ENOTDIR) }
        let folder = path.hasSuffix("/") ? path : path + "/"
        // One whose writer was ended at once has the inner folder alone.
        let isEmpty =
            FolderNames(of: folder).allSatisfy { $0 == inner }
            && FolderNames(of: folder + inner).allSatisfy(isUnfinished)
        guard isEmpty || marks.first.map({ has($0, in: folder) }) == true else {
            throw Failure(
                .inputOutput,
                "\(path): has files, and no report of covtool's: name another folder, or empty this one"
            )
        }
        for mark in marks
        where FolderNames(of: folder).contains(mark.name) && !has(mark, in: folder) {
            throw foreign(folder + mark.name)
        }
        guard unsafe access(folder, W_OK) == 0 else { throw .writing(path, errno) }
    }

    /// Where the folder is or will be, without a slash at its end: a link that leads to no folder yet is followed.
    private static func place(_ path: String) -> String {
        var path = path[...]
        while path.hasSuffix("/"), path.count > 1 { path.removeLast() }
        return FilePath.destination(String(path))
    }

    /// Makes sure that no page takes the place of what somebody else has put there.
    ///
    /// - Parameter pages: names in the inner folder, and how these begin. An empty file has nothing to lose.
    func check(_ pages: [(name: String, beginning: String)]) throws(Failure) {
        guard !FolderNames(of: path + inner).isEmpty else { return }
        for page in pages {
            let file = "\(path)\(inner)/\(page.name)"
            var status = stat()
            guard unsafe lstat(file, &status) == 0, status.st_size > 0 else { continue }
            guard ReportFolder.begins(file, with: page.beginning) else {
                throw ReportFolder.foreign(file)
            }
        }
    }

    private static func foreign(_ file: String) -> Failure {
        Failure(
            .inputOutput,
            "\(file): is not covtool's: name another folder, or move this file away")
    }

    private static func has(_ mark: Mark, in folder: String) -> Bool {
        begins(folder + mark.name, with: mark.beginning)
    }

    /// Whether a regular file begins with this.
    private static func begins(_ path: String, with beginning: String) -> Bool {
        let expected = Array(beginning.utf8)
        return bytes(of: path, atMost: expected.count) == expected
    }

    /// What a regular file of `count` bytes holds; nil where there is none.
    private static func bytes(of path: String, count: Int) -> [UInt8]? {
        var status = stat()
        guard unsafe lstat(path, &status) == 0, status.st_size == count else { return nil }
        return bytes(of: path, atMost: count)
    }

    /// What a regular file begins with; nil where there is none.
    private static func bytes(of path: String, atMost most: Int) -> [UInt8]? {
        var status = stat()
        guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            return nil
        }
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard file >= 0 else { return nil }
        defer { close(file) }
        return unsafe [UInt8](unsafeUninitializedCapacity: most) { buffer, filled in
            while filled < buffer.count {
                let rest = unsafe UnsafeMutableRawBufferPointer(
                    rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...])
                let got = unsafe read(file, rest.baseAddress, rest.count)
                if got > 0 { filled += got } else if got == 0 || errno != EINTR { break }
            }
        }
    }

    /// Writes a file, unless it holds the same already. Several threads may write different ones.
    ///
    /// - Parameters:
    ///   - name: of the file, with the inner folder's where it is there.
    ///   - number: of the thread.
    func write(_ bytes: [UInt8], as name: String, thread number: Int) throws(Failure) {
        let target = path + name
        guard ReportFolder.bytes(of: target, count: bytes.count) != bytes else { return }
        let beginning = "\(path)\(inner)/\(ReportFolder.unfinished)\(getpid())-\(number)"
        let (file, temporary) = NewFile.open { "\(beginning)-\($0).tmp" }
        guard file >= 0 else { throw .writing(target, errno) }
        var failure = WholeWrite.write(bytes.span, to: file)
        if close(file) != 0, failure == nil { failure = errno }
        if failure == nil, unsafe rename(temporary, target) != 0 { failure = errno }
        if let failure {
            unsafe unlink(temporary)
            throw .writing(target, failure)
        }
    }

    private static let unfinished = ".covtool-"

    private static func isUnfinished(_ name: String) -> Bool {
        name.hasPrefix(unfinished) && name.hasSuffix(".tmp")
    }

    /// Removes from the inner folder what an earlier report has left, and what its writer did not finish.
    ///
    /// - Parameters:
    ///   - wanted: the names there that are of this report.
    ///   - beginning: how a file of this name begins if it is a report's; nil for a name that no report gives.
    func removeOthers(than wanted: Set<String>, beginning: (String) -> String?) {
        for name in FolderNames(of: path + inner) where !wanted.contains(name) {
            let file = "\(path)\(inner)/\(name)"
            let isOver =
                ReportFolder.isUnfinished(name)
                ? !isBeingWritten(name)
                : beginning(name).map { ReportFolder.begins(file, with: $0) } ?? false
            if isOver { unsafe unlink(file) }
        }
    }

    /// Whether the process that has a file unfinished is still there.
    private func isBeingWritten(_ name: String) -> Bool {
        let number = name.dropFirst(ReportFolder.unfinished.utf8.count).prefix { $0 != "-" }
        guard let process = pid_t(number), process > 0 else { return false }
        return process != getpid() && (kill(process, 0) == 0 || errno == EPERM)
    }
}
