#if canImport(Glibc)
    import Glibc
#endif

/// The file in which a program finds one input after the other.
///
/// All inputs of one server are in the same file: standard input was opened, and the arguments were made, before there
/// was a second input.
final class InputFile {
    let path: String
    /// Open for reading, from where the last reader has stopped.
    let descriptor: Int32
    private let writing: Int32

    init(_ path: String) throws(SystemError) {
        self.path = path
        writing = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard writing >= 0 else { throw SystemError(number: errno) }
        descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            let error = errno
            close(writing)
            throw SystemError(number: error)
        }
    }

    deinit {
        close(writing)
        close(descriptor)
        unsafe unlink(path)
    }

    /// Puts an input into it, at whose beginning reading begins.
    func put(_ content: [UInt8]) throws(SystemError) {
        guard ftruncate(writing, 0) == 0 else { throw SystemError(number: errno) }
        try rewind()
        var written = 0
        while written < content.count {
            let count = unsafe content.withUnsafeBytes { bytes in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[written...])
                return unsafe pwrite(writing, rest.baseAddress, rest.count, written)
            }
            if count < 0, errno != EINTR { throw SystemError(number: errno) }
            written += max(0, count)
        }
    }
}

extension InputFile {
    /// Has reading begin at the beginning.
    func rewind() throws(SystemError) {
        guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw SystemError(number: errno) }
    }
}

/// Notices whether anybody opens a file, or reads from it (inotify(7)).
struct FileWatch: ~Copyable {
    private let descriptor: Int32

    /// Nil where the system has no more of it.
    init?(_ path: String) {
        descriptor = inotify_init1(Int32(O_CLOEXEC | O_NONBLOCK))
        guard descriptor >= 0 else { return nil }
        guard unsafe inotify_add_watch(descriptor, path, UInt32(IN_OPEN | IN_ACCESS)) >= 0 else {
            close(descriptor)
            return nil
        }
    }

    deinit { close(descriptor) }

    var isUsed: Bool {
        var event = [UInt8](repeating: 0, count: 4096)
        return unsafe read(descriptor, &event, event.count) > 0
    }
}

/// What a program, and QEMU, write to standard error.
final class MessageFile {
    let descriptor: Int32
    private let path: String

    init(_ path: String) throws(SystemError) {
        self.path = path
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SystemError(number: errno) }
    }

    deinit {
        close(descriptor)
        unsafe unlink(path)
    }

    func clear() { ftruncate(descriptor, 0) }

    /// The first line; nil where nothing was written.
    var firstLine: String? { lines.first }

    /// What libcov.so has said first; nil where it has said nothing.
    var firstOfPlugin: String? {
        let name = "libcov: "
        return lines.first { $0.hasPrefix(name) }.map { String($0.dropFirst(name.count)) }
    }

    private var lines: [String] {
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 1 << 14) { buffer, count in
            count = max(0, unsafe pread(descriptor, buffer.baseAddress, buffer.count, 0))
        }
        return bytes.split(separator: UInt8(ascii: "\n")).map {
            String(decoding: $0, as: UTF8.self)
        }
    }
}
