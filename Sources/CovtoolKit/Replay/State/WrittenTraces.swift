#if canImport(Glibc)
    import Glibc
#endif

/// The traces that replays with a state have written into folders of the user's: a list in the state, of paths with a NUL
/// behind each. By it they can be told from all else that is in these folders.
final class WrittenTraces: Sendable {
    private let path: String
    private let descriptor: Int32
    private let folder: String

    /// Removes the traces that replays before have written into a folder.
    ///
    /// - Parameter path: the list's; it need not be there.
    /// - Throws: ``Failure`` where the list cannot be read or written.
    init(_ path: String, in folder: String) throws(Failure) {
        let folder = FilePath.absolute(folder) + "/"
        let list = FilePath.exists(path) ? try StoredBytes(path: path).withBytes { $0.array } : []
        let rest = try OutputFile(path)
        // Of one that is not whole nobody knows what it names.
        for entry in list[..<(list.lastIndex(of: 0) ?? 0)].split(separator: 0) {
            let trace = String(decoding: entry, as: UTF8.self)
            if FilePath.folder(trace) == folder {
                unsafe unlink(trace)
            } else {
                rest.write(entry + [0])
            }
        }
        try rest.finish()
        descriptor = unsafe open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failure.writing(path, errno) }
        (self.path, self.folder) = (path, folder)
    }

    deinit { close(descriptor) }

    /// Notes a trace in the folder that is going to be written; not one in the place of a file that is somebody else's.
    func add(_ name: String) throws(Failure) {
        guard !FilePath.exists(folder + name) else { return }
        let entry = Array((folder + name).utf8) + [0]
        if let number = WholeWrite.write(entry.span, to: descriptor) {
            throw Failure.writing(path, number)
        }
    }
}
