import Folders

#if canImport(Glibc)
    import Glibc
#endif

/// A folder for results that is not there, or has nothing in it, so that nothing else can be in it later.
public struct NewFolder: Sendable {
    /// Its path, with a slash at its end.
    let path: String
    /// Whether there was none.
    private let isMissing: Bool

    /// Makes sure that it can be made where there is none.
    ///
    /// - Parameter isContinued: whether it may have what an earlier run has written, which is replaced.
    /// - Throws: ``Failure`` where it cannot be made, or is not empty.
    public init(_ folder: String, isContinued: Bool = false) throws(Failure) {
        let folder = FilePath.destination(folder)
        path = folder.hasSuffix("/") ? folder : folder + "/"
        isMissing = !FilePath.exists(folder)
        guard !isMissing else {
            let parent = FilePath.folder(String(path.dropLast()))
            guard unsafe access(parent.isEmpty ? "." : parent, W_OK | X_OK) == 0 else {
                throw Failure.writing(folder, errno)
            }
            return
        }
        guard FilePath.isFolder(folder) else { throw Failure.writing(folder, ENOTDIR) }
        let names = FolderNames(of: folder)
        guard isContinued else {
            guard names.isEmpty else { throw Failure.writing(folder, ENOTEMPTY) }
            return
        }
        for name in names where OutputFile.isUnfinished(name) { unsafe unlink(path + name) }
    }

    /// Makes it where there is none.
    ///
    /// - Throws: ``Failure`` where it cannot be made.
    func make() throws(Failure) {
        guard unsafe mkdir(path, 0o777) == 0 || errno == EEXIST else {
            throw Failure.writing(path, errno)
        }
    }

    /// Removes it if it was made, and nothing is in it.
    func unmake() { if isMissing { unsafe rmdir(path) } }
}
