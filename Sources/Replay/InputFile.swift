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
        guard ftruncate(writing, 0) == 0, lseek(descriptor, 0, SEEK_SET) == 0 else {
            throw SystemError(number: errno)
        }
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
    var firstLine: String? {
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 1024) { buffer, count in
            count = max(0, unsafe pread(descriptor, buffer.baseAddress, buffer.count, 0))
        }
        let line = bytes.prefix { $0 != UInt8(ascii: "\n") }
        return line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
    }
}
