#if canImport(Glibc)
    import Glibc
#endif

/// A folder that traces are copied into.
struct TraceCopies {
    private let folder: String

    /// Makes the folder where there is none.
    init(_ folder: String) throws(Failure) {
        self.folder = folder.hasSuffix("/") ? folder : folder + "/"
        guard unsafe mkdir(folder, 0o777) != 0 else { return }
        guard errno == EEXIST else { throw Failure.writing(folder, errno) }
        let names = FilePath.names(in: folder).filter { $0 != "." && $0 != ".." }
        guard names.isEmpty else { throw Failure.writing(folder, ENOTEMPTY) }
    }

    /// Copies files, each whole or not at all. Of files of one name the later ones get a number.
    func add(_ paths: [String]) throws(Failure) {
        var taken: Set<String> = []
        for path in paths {
            let name = FilePath.name(path)
            var copy = name
            var number = 1
            while !taken.insert(copy).inserted {
                number += 1
                copy = "\(number)-\(name)"
            }
            let output = try OutputFile(folder + copy)
            try StoredBytes(path: path).withBytes { bytes in
                for start in stride(from: 0, to: bytes.count, by: 1 << 16) {
                    let piece = bytes.extracting(start..<min(bytes.count, start + 1 << 16))
                    output.write(piece.indices.map { piece[$0] })
                }
            }
            try output.finish()
        }
    }
}
