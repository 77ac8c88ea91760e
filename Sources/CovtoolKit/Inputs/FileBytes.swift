import Trace

#if canImport(Glibc)
    import Glibc
#endif

/// The bytes of a file: mapped where it is a regular one, read where it is a pipe, and inflated where
/// they are gzip's.
struct FileBytes: ~Copyable {
    private let stored: StoredBytes
    private let inflated: [UInt8]?
    /// Where in the file a compressed stream is damaged; what is before it is there.
    let compressionDamage: Int?

    /// Whether the file's bytes were gzip's.
    var isCompressed: Bool { inflated != nil }

    /// Opens `path`; `-` is standard input.
    ///
    /// - Parameters:
    ///   - buffer: what a small file is read into, of use until the next one is.
    ///   - isWanted: says by the first bytes whether more of them are of use, where the file is a pipe, a
    ///     device or gzip's.
    init(
        path: String, buffer: ReadBuffer? = nil,
        isWanted: (Span<UInt8>) -> Bool = { _ in true }
    ) throws(Failure) {
        let stored = try StoredBytes(path: path, buffer: buffer) {
            GzipReader.isGzip($0) || isWanted($0)
        }
        let beginning = stored.withBytes {
            GzipReader.isGzip($0) ? GzipReader.beginning($0) : nil
        }
        if let beginning, StoredBytes.isRefused(beginning, isWanted) {
            (inflated, compressionDamage) = (beginning, nil)
        } else if beginning != nil {
            guard let (bytes, damage) = stored.withBytes({ GzipReader.inflate($0) }) else {
                throw Failure(
                    .badData, "\(path): more than \(GzipReader.mostBytes >> 20) MiB unpacked")
            }
            (inflated, compressionDamage) = (bytes, damage)
        } else {
            (inflated, compressionDamage) = (nil, nil)
        }
        self.stored = stored
    }

    /// The first bytes of the file, inflated where they are gzip's: more than any recording needs to be
    /// known by.
    static func beginning(of path: String) throws(Failure) -> [UInt8] {
        let stored = try StoredBytes.beginning(of: path)
        return GzipReader.isGzip(stored.span) ? GzipReader.beginning(stored.span) : stored
    }

    /// The bytes of a file of text, such as a list of names.
    ///
    /// - Throws: ``Failure``, also where it has more than `most` bytes, which it may have without end, and where
    ///   gzip's stream is damaged: nothing of a text says whether it is whole.
    static func text(at path: String, most: Int) throws(Failure) -> [UInt8] {
        let file = try FileBytes(path: path) { $0.count <= most }
        return try file.withBytes { bytes throws(Failure) in
            guard bytes.count <= most else {
                throw Failure(.badData, "\(path): has more than \(most >> 20) MiB")
            }
            if let place = file.compressionDamage {
                throw Failure(
                    .badData,
                    "\(FilePath.said(path)): byte \(place): \(CompressionDamage.badStream.text)")
            }
            return bytes.array
        }
    }

    /// The lines of a text, whichever system has written it: CR LF is one character, which is not LF.
    static func lines(of text: String) -> [Substring] {
        text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
    }

    /// What cannot be read as what it should be.
    ///
    /// - Parameter error: what is wrong with the bytes; if gzip's stream is damaged, that is said first.
    func failure(_ path: String, _ error: ReadError) -> Failure {
        let name = FilePath.said(path)
        guard let place = compressionDamage else {
            return Failure(.badData, "\(name): \(error.text)")
        }
        return Failure(
            .badData,
            "\(name): byte \(place): \(CompressionDamage.badStream.text); what it still has: \(error.text)"
        )
    }

    /// Calls `body` with all bytes.
    func withBytes<Result, E: Error>(_ body: (Span<UInt8>) throws(E) -> Result) throws(E) -> Result
    {
        guard let inflated else { return try stored.withBytes(body) }
        return try body(inflated.span)
    }
}

extension Failure {
    /// A file that cannot be opened or read.
    static func reading(_ path: String, _ number: Int32) -> Failure {
        let isMissing = [ENOENT, ENOTDIR, EACCES, EISDIR, ELOOP].contains(number)
        return Failure(
            isMissing ? .missingInput : .inputOutput,
            "\(path.isEmpty ? "''" : path): cannot be read: \(Failure.text(ofError: number))")
    }
}
