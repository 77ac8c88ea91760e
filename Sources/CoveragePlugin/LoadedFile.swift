import DRCovEmbedded

/// A file that the guest has mapped, at the place where it was first seen: a row of the module table.
struct LoadedFile {
    /// What tells it from another file of the same path; nil where only the path is known.
    var identity: FileIdentity?
    /// The host's path.
    var path: [UInt8]
    /// The guest addresses it takes, a multiple of the page.
    var start: UInt64
    var end: UInt64
    /// Where it is entered, 0 where that is not known.
    var entry: UInt64

    func isSameFile(as other: LoadedFile) -> Bool {
        guard path == other.path else { return false }
        guard let identity, let another = other.identity else { return true }
        return identity == another
    }

    func row(id: Int) -> Module {
        Module(id: id, start: start, end: end, entry: entry, path: path)
    }
}
