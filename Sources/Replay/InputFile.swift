import Trace

#if canImport(Glibc)
    import Glibc
#endif

/// The file in which a program finds one input after the other.
///
/// All inputs of one server are in the same file: standard input was opened, and the arguments were made, before there
/// was a second input. It is alone in a folder, since programs write beside their input, and would find there what a
/// run on another input has left.
final class InputFile {
    let path: String
    /// Open for reading, from where the last reader has stopped.
    private(set) var descriptor: Int32
    private let folder: String
    private let isNamed: Bool
    private var writing: Int32
    private var mode: mode_t = 0

    /// - Parameters:
    ///   - folder: is made; ends in a slash.
    ///   - isNamed: whether programs get to know the path.
    init(in folder: String, isNamed: Bool) throws(SystemError) {
        (self.folder, self.isNamed) = (folder, isNamed)
        path = folder + "input"
        guard unsafe mkdir(PathText.cString(folder), RunRights.folder) == 0 || errno == EEXIST
        else {
            throw SystemError(number: errno)
        }
        (writing, descriptor) = try InputFile.make(path)
        mode = InputFile.status(writing)?.st_mode ?? 0
    }

    deinit {
        close(writing)
        close(descriptor)
        InputFile.empty(folder)
        unsafe rmdir(PathText.cString(folder))
    }

    /// Puts an input into it, at whose beginning reading begins.
    func put(_ content: [UInt8]) throws(SystemError) {
        if isNamed, !isIntact { try restore() }
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

    /// Whether the folder has the file as it was made, and nothing else; and no other folder has it.
    private var isIntact: Bool {
        var found = stat()
        guard let made = InputFile.status(writing),
            unsafe lstat(PathText.cString(path), &found) == 0
        else {
            return false
        }
        return found.st_ino == made.st_ino && found.st_dev == made.st_dev && found.st_mode == mode
            && found.st_nlink == 1
            && InputFile.entryCount(folder) == 1
    }

    /// Makes the file anew.
    private func restore() throws(SystemError) {
        // The program can have removed the folder, or taken its permissions.
        unsafe chmod(PathText.cString(folder), RunRights.folder)
        InputFile.empty(folder)
        guard unsafe mkdir(PathText.cString(folder), RunRights.folder) == 0 || errno == EEXIST
        else {
            throw SystemError(number: errno)
        }
        let made = try InputFile.make(path)
        close(writing)
        close(descriptor)
        (writing, descriptor) = made
        mode = InputFile.status(writing)?.st_mode ?? 0
    }
}

extension InputFile {
    /// Makes a file, and opens it for writing and for reading.
    private static func make(_ path: String) throws(SystemError) -> (Int32, Int32) {
        let writing = unsafe open(
            PathText.cString(path), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, RunRights.input)
        guard writing >= 0 else { throw SystemError(number: errno) }
        let reading = unsafe open(PathText.cString(path), O_RDONLY | O_CLOEXEC)
        guard reading >= 0 else {
            let error = errno
            close(writing)
            throw SystemError(number: error)
        }
        return (writing, reading)
    }

    private static func status(_ descriptor: Int32) -> stat? {
        var status = stat()
        return unsafe fstat(descriptor, &status) == 0 ? status : nil
    }

    private static func entryCount(_ folder: String) -> Int {
        guard let stream = unsafe opendir(PathText.cString(folder)) else { return 0 }
        defer { unsafe closedir(stream) }
        var count = -2
        while unsafe readdir(stream) != nil { count += 1 }
        return count
    }

    /// Removes all that is in a folder; links are not followed.
    private static func empty(_ folder: String) {
        let opened = unsafe open(
            PathText.cString(folder), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        if opened >= 0 { empty(opened) }
    }

    /// The same; closes the folder. Names need not be text.
    private static func empty(_ folder: Int32) {
        guard let stream = unsafe fdopendir(folder) else {
            close(folder)
            return
        }
        defer { unsafe closedir(stream) }
        while let entry = unsafe readdir(stream) {
            unsafe withUnsafePointer(to: &entry.pointee.d_name) { bytes in
                unsafe bytes.withMemoryRebound(to: CChar.self, capacity: 256) { name in
                    if unsafe strcmp(name, ".") == 0 || strcmp(name, "..") == 0 { return }
                    if unsafe unlinkat(folder, name, 0) == 0 { return }
                    // It is a folder, of which the program may have taken its permissions.
                    unsafe fchmodat(folder, name, 0o700, 0)
                    let inner = unsafe openat(
                        folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
                    if inner >= 0 { empty(inner) }
                    unsafe unlinkat(folder, name, AT_REMOVEDIR)
                }
            }
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
        guard
            unsafe inotify_add_watch(
                descriptor, PathText.cString(path), UInt32(IN_OPEN | IN_ACCESS)) >= 0
        else {
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
    /// How many bytes are read of it, and how many it has at most when it is looked at.
    private static let (read, most) = (1 << 14, 1 << 20)

    let descriptor: Int32
    private let path: String

    init(_ path: String) throws(SystemError) {
        self.path = path
        descriptor = unsafe open(
            PathText.cString(path), O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SystemError(number: errno) }
    }

    deinit {
        close(descriptor)
        unsafe unlink(PathText.cString(path))
    }

    func clear() { ftruncate(descriptor, 0) }

    /// Takes away what nobody reads, where there is much: a program can write more in a second than a disk has room for.
    func shorten() {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_size > MessageFile.most else {
            return
        }
        ftruncate(descriptor, MessageFile.read)
    }

    /// The first line; nil where nothing was written.
    var firstLine: String? { lines.first }

    /// What libcov.so has said first; nil where it has said nothing.
    var firstOfPlugin: String? {
        let name = "libcov: "
        return lines.first { $0.hasPrefix(name) }.map { String($0.dropFirst(name.count)) }
    }

    private var lines: [String] {
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: MessageFile.read) { buffer, count in
            count = max(0, unsafe pread(descriptor, buffer.baseAddress, buffer.count, 0))
        }
        return bytes.split(separator: UInt8(ascii: "\n")).map {
            String(decoding: $0, as: UTF8.self)
        }
    }
}
