#if canImport(Glibc)
    import Glibc
#endif

/// A folder for results that was not there, or had nothing in it, so that nothing else can be in it later.
public struct NewFolder: Sendable {
    /// Its path, with a slash at its end.
    let path: String

    /// Makes the folder where there is none.
    ///
    /// - Parameter isContinued: whether it may have what an earlier run has written, which is replaced.
    /// - Throws: ``Failure`` where it cannot be made, or is not empty.
    public init(_ folder: String, isContinued: Bool = false) throws(Failure) {
        let folder = FilePath.destination(folder)
        path = folder.hasSuffix("/") ? folder : folder + "/"
        guard unsafe mkdir(folder, 0o777) != 0 else { return }
        guard errno == EEXIST else { throw Failure.writing(folder, errno) }
        let names = FilePath.names(in: folder).filter { $0 != "." && $0 != ".." }
        guard isContinued else {
            guard names.isEmpty else { throw Failure.writing(folder, ENOTEMPTY) }
            return
        }
        for name in names where OutputFile.isUnfinished(name) { unsafe unlink(path + name) }
    }
}
