#if canImport(Glibc)
    import Glibc
#endif

/// The bytes of a file as they are stored: mapped where it is a regular one, read where it is a pipe.
@safe
struct StoredBytes: ~Copyable {
    private var mapping: UnsafeRawBufferPointer?
    private var copy: [UInt8] = []
    private var buffer: ReadBuffer?

    /// Opens `path`; `-` is standard input.
    ///
    /// - Parameters:
    ///   - buffer: what a small file is read into, of use until the next one is.
    ///   - isWanted: says by its first bytes whether a pipe or device is read to its end, which it may
    ///     not have.
    init(
        path: String, buffer: ReadBuffer? = nil,
        isWanted: (Span<UInt8>) -> Bool = { _ in true }
    ) throws(Failure) {
        if path == "-" {
            unsafe mapping = nil
            while case let bytes = try StandardInput.read(), !bytes.isEmpty {
                copy += bytes
                if StoredBytes.isRefused(copy, isWanted) { break }
            }
            return
        }
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failure.reading(path, errno) }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw Failure.reading(path, errno) }
        guard status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 else {
            unsafe mapping = nil
            copy = try StoredBytes.readAll(descriptor, name: path, isWanted)
            return
        }
        let size = Int(status.st_size)
        if let buffer, size < ReadBuffer.capacity {
            unsafe mapping = nil
            self.buffer = buffer
            let number = buffer.read(descriptor, size: size)
            guard number == 0 else { throw Failure.reading(path, number) }
            return
        }
        guard
            let address = unsafe mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0),
            unsafe address != MAP_FAILED
        else { throw Failure.reading(path, errno) }
        unsafe mapping = UnsafeRawBufferPointer(start: address, count: size)
    }

    /// The first bytes of the file, which must not be one to be waited for: so many that gzip's head, which
    /// may have a name in it, is among them.
    static func beginning(of path: String) throws(Failure) -> [UInt8] {
        if path == "-" { return try StandardInput.peek() }
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Failure.reading(path, errno) }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 1 << 14)
        let count = unsafe bytes.withUnsafeMutableBytes {
            unsafe read(descriptor, $0.baseAddress, $0.count)
        }
        guard count >= 0 else { throw Failure.reading(path, errno) }
        bytes.removeSubrange(count...)
        return bytes
    }

    deinit {
        if let mapping = unsafe mapping {
            unsafe munmap(UnsafeMutableRawPointer(mutating: mapping.baseAddress), mapping.count)
        }
    }

    /// Calls `body` with all bytes.
    func withBytes<Result, E: Error>(_ body: (Span<UInt8>) throws(E) -> Result) throws(E) -> Result
    {
        if let buffer { return try buffer.withBytes(body) }
        guard let mapping = unsafe mapping else { return try body(copy.span) }
        return try unsafe body(mapping.bindMemory(to: UInt8.self).span)
    }

    /// What a recording is known by has fewer bytes.
    private static let enough = 32

    /// Whether the first bytes of a file are enough to say that no more of them are of use.
    static func isRefused(_ bytes: [UInt8], _ isWanted: (Span<UInt8>) -> Bool) -> Bool {
        bytes.count >= enough && !isWanted(bytes.span)
    }

    private static func readAll(
        _ descriptor: Int32, name: String, _ isWanted: (Span<UInt8>) -> Bool
    ) throws(Failure) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes {
                unsafe read(descriptor, $0.baseAddress, $0.count)
            }
            if count == 0 { return bytes }
            if count > 0 {
                bytes += chunk[..<count]
                if isRefused(bytes, isWanted) { return bytes }
            } else if errno != EINTR {
                throw Failure.reading(name, errno)
            }
        }
    }
}

/// Room for a file's bytes that one file after the other is read into.
///
/// Mapping costs a small file more than copying it into memory that is warm: page faults, and a new
/// translation for each page that is touched.
final class ReadBuffer {
    /// The largest file that is read: more than fits the processor's nearer caches is better mapped.
    static let capacity = 1 << 20

    private var bytes: [UInt8] = []
    private var count = 0

    /// Calls `body` with what was read last.
    func withBytes<Result, E: Error>(_ body: (Span<UInt8>) throws(E) -> Result) throws(E) -> Result
    {
        let bytes = bytes
        let whole = bytes.span
        return try body(whole.extracting(0..<count))
    }

    /// Reads a file from its start.
    ///
    /// - Parameter size: the file's bytes; it can be longer by the time that it is read.
    /// - Returns: 0, or an error number.
    func read(_ descriptor: Int32, size: Int) -> Int32 {
        count = 0
        if bytes.count <= size {
            bytes = [UInt8](repeating: 0, count: min(ReadBuffer.capacity, 2 * size + 1))
        }
        while count < bytes.count {
            let got = unsafe bytes.withUnsafeMutableBytes { room in
                let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: room[count...])
                return unsafe Glibc.read(descriptor, rest.baseAddress, rest.count)
            }
            if got == 0 { break }
            if got > 0 {
                count += got
            } else if errno != EINTR {
                return errno
            }
        }
        return 0
    }
}

extension Span<UInt8> {
    /// A copy of the bytes.
    var array: [UInt8] { unsafe withUnsafeBufferPointer { unsafe Array($0) } }
}
