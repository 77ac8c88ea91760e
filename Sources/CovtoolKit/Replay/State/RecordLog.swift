import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// What a file of records is for.
struct RecordLogForm: Sendable {
    /// What the file begins with.
    var magic: [UInt8]
    /// What it is, in a message: `a log of covtool run`.
    var name: String
    /// The command that writes it.
    var user: String
    /// What follows from records that are lost, in a message.
    var loss: String

    /// What a replay has done so far.
    static let replay = RecordLogForm(
        magic: Array("covtool run log 1\n".utf8), name: "a log of covtool run", user: "covtool run",
        loss: "these inputs are run again")
    /// Which blocks runs have executed.
    static let index = RecordLogForm(
        magic: Array("covtool run index 1\n".utf8), name: "an index of runs", user: "covtool index",
        loss: "these runs are not in it any more")
}

/// A file of records that is only ever written at its end, by one process at a time.
///
/// It outlives a kill at any moment: a record is in it whole, or its beginning is at the file's end, and is dropped when
/// the file is opened again. A record is a head of four 32-bit numbers (the kind, the body's length, the checksums of
/// the body and of these three numbers) and the body; numbers are little-endian, checksums are zlib's `crc32`.
final class RecordLog: Sendable {
    private static let headSize = 16

    /// The file's path.
    let path: String
    private let form: RecordLogForm
    private let descriptor: Int32
    private let end: Mutex<Int>

    /// Opens the file, or makes it.
    ///
    /// - Parameter visit: called with each record that is there: its kind, where it begins, and its body.
    /// - Throws: ``Failure`` where it cannot be opened, is no such file, or another process has it open.
    init(
        _ path: String, _ form: RecordLogForm, _ warnings: Warnings,
        _ visit: (_ kind: UInt32, _ offset: Int, _ body: Span<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        (self.path, self.form) = (path, form)
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw Failure.writing(path, errno) }
        do throws(Failure) {
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                throw errno == EWOULDBLOCK
                    ? Failure(.inputOutput, "\(path): another \(form.user) uses it")
                    : Failure.writing(path, errno)
            }
            end = Mutex(try RecordLog.read(path, form, warnings, visit))
            let size = end.withLock { $0 }
            guard ftruncate(descriptor, max(size, form.magic.count)) == 0 else {
                throw Failure.writing(path, errno)
            }
            if size == 0 {
                try RecordLog.write(form.magic, to: descriptor, at: 0, path)
                end.withLock { $0 = form.magic.count }
            }
        } catch {
            close(descriptor)
            throw error
        }
    }

    deinit { close(descriptor) }

    /// Adds a record; gives where it begins. Any thread may call it.
    ///
    /// - Throws: ``Failure`` where it cannot be written; the records before it stay.
    @discardableResult
    func append(_ kind: UInt32, _ body: [UInt8]) throws(Failure) -> Int {
        let record = RecordLog.bytes(kind, body)
        return try end.withLock { end throws(Failure) in
            let offset = end
            try RecordLog.write(record, to: descriptor, at: offset, path)
            end += record.count
            return offset
        }
    }

    /// A record as it stands in the file.
    static func bytes(_ kind: UInt32, _ body: [UInt8]) -> [UInt8] { head(kind, body) + body }

    /// The body of the record that begins at an offset.
    ///
    /// - Throws: ``Failure`` where it is not there any more.
    func body(at offset: Int) throws(Failure) -> [UInt8] {
        let head = try read(RecordLog.headSize, at: offset)
        guard let record = RecordLog.head(in: head.span) else { throw damage(offset) }
        let body = try read(record.length, at: offset + RecordLog.headSize)
        guard Checksum.of(body.span) == record.checksum else { throw damage(offset) }
        return body
    }

    /// A record that is not what was written.
    func damage(_ offset: Int) -> Failure {
        Failure(.badData, "\(path): byte \(offset): the record is damaged")
    }

    /// Calls `visit` with each record of a file up to the first that is not whole; gives where that begins.
    ///
    /// - Throws: ``Failure`` where it cannot be read or is no such file.
    @discardableResult
    static func read(
        _ path: String, _ form: RecordLogForm, _ warnings: Warnings,
        _ visit: (_ kind: UInt32, _ offset: Int, _ body: Span<UInt8>) throws(Failure) -> Void
    ) throws(Failure) -> Int {
        let file = try StoredBytes(path: path)
        return try file.withBytes { bytes throws(Failure) in
            let magic = form.magic
            let isCut = bytes.count < magic.count
            let known = isCut ? magic[..<bytes.count] : magic[...]
            guard known.indices.allSatisfy({ bytes[$0] == known[$0] }) else {
                throw Failure(.badData, "\(path): is not \(form.name)")
            }
            if isCut { return 0 }
            var offset = magic.count
            while bytes.count - offset >= headSize {
                let start = offset + headSize
                guard let record = head(in: bytes.extracting(offset..<start)) else { break }
                // A killed process leaves the beginning of its last record, which is nothing to speak of.
                guard record.length <= bytes.count - start else { return offset }
                let body = bytes.extracting(start..<start + record.length)
                guard Checksum.of(body) == record.checksum else { break }
                try visit(record.kind, offset, body)
                offset = start + record.length
            }
            if bytes.count - offset >= headSize {
                try warnings.warn(
                    """
                    \(path): byte \(offset): the record is damaged; what stands from there on is dropped, and \
                    \(form.loss)
                    """)
            }
            return offset
        }
    }

    private static func head(_ kind: UInt32, _ body: [UInt8]) -> [UInt8] {
        var head = RecordBytes()
        head.append(kind)
        head.append(UInt32(truncatingIfNeeded: body.count))
        head.append(Checksum.of(body.span))
        head.append(Checksum.of(head.bytes.span))
        return head.bytes
    }

    /// Nil where it is damaged.
    private static func head(in bytes: Span<UInt8>) -> (
        kind: UInt32, length: Int, checksum: UInt32
    )? {
        func number(_ index: Int) -> UInt32 {
            (0..<4).reduce(0) { $0 | UInt32(bytes[4 * index + $1]) << UInt32(8 * $1) }
        }
        guard Checksum.of(bytes.extracting(first: 12)) == number(3) else { return nil }
        return (number(0), Int(number(1)), number(2))
    }

    private func read(_ count: Int, at offset: Int) throws(Failure) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let got = unsafe bytes.withUnsafeMutableBytes { room in
                let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: room[done...])
                return unsafe pread(descriptor, rest.baseAddress, rest.count, offset + done)
            }
            if got == 0 { throw damage(offset) }
            if got < 0, errno != EINTR { throw Failure.reading(path, errno) }
            done += max(0, got)
        }
        return bytes
    }

    private static func write(
        _ bytes: [UInt8], to descriptor: Int32, at offset: Int, _ path: String
    ) throws(Failure) {
        if let number = WholeWrite.write(bytes.span, to: descriptor, at: offset) {
            throw Failure.writing(path, number)
        }
    }
}
