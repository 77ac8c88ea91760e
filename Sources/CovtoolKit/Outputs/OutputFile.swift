import Coverage
import Reports
import Trace

#if canImport(Glibc)
    import Glibc
#endif

/// Where a result goes: standard output, or a file that appears whole or not at all.
public final class OutputFile: ByteOutputStream {
    private let path: String
    /// The path without links.
    private let target: String
    /// Written first, and given the file's name when all is there; nil where there is nothing to
    /// rename: standard output, a device, a pipe.
    private let temporary: String?
    private let descriptor: Int32
    /// Whether a terminal reads what is not laid out for one: names in it must not steer that.
    private let isGuarded: Bool
    private var buffer: [UInt8] = []
    private var error: Int32?
    private var isClosed = false
    private var isFinished = false

    /// - Parameters:
    ///   - path: nil and `-` are standard output.
    ///   - isStyled: whether what is written is laid out for a terminal where one reads it, with
    ///     nothing in it that could do harm.
    public init(_ path: String?, isStyled: Bool = false) throws(Failure) {
        isGuarded = !isStyled && OutputFile.isTerminal(path)
        guard let path, path != "-" else {
            self.path = "standard output"
            (target, temporary, descriptor) = (self.path, nil, STDOUT_FILENO)
            return
        }
        self.path = path
        target = FilePath.destination(path)
        var status = stat()
        let exists = unsafe stat(PathText.cString(path), &status) == 0
        if exists, status.st_mode & S_IFMT != S_IFREG {
            temporary = nil
            descriptor = unsafe open(path, O_WRONLY | O_CLOEXEC)
        } else {
            let (folder, name) = (FilePath.folder(target), FilePath.name(target))
            let made = NewFile.open(goesIfInterrupted: true) {
                folder + NewFile.unfinishedName(name, getpid(), $0)
            }
            descriptor = made.descriptor
            temporary = descriptor >= 0 ? made.path : nil
        }
        guard descriptor >= 0 else { throw Failure.writing(path, errno) }
    }

    /// Whether a name in a folder is that of a trace which the process that was writing it has not finished, and will
    /// not, since the process is gone.
    static func isUnfinished(_ name: String) -> Bool {
        let parts = name.split(separator: ".")
        guard name.hasPrefix("."), name.hasSuffix(".tmp"), parts.count > 3,
            parts[parts.count - 3] == "drcov"
        else { return false }
        // A second one of the same process has its number behind the process's.
        let numbers = parts[parts.count - 2].split(
            separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard let process = pid_t(numbers[0]),
            let number = Int(numbers.count > 1 ? numbers[1] : "0")
        else { return false }
        let whole = parts.dropLast(2).joined(separator: ".")
        return name == NewFile.unfinishedName(whole, process, number) && kill(process, 0) != 0
    }

    /// Whether what goes to `path`, nil and `-` being standard output, is read by a person.
    public static func isTerminal(_ path: String?) -> Bool {
        path ?? "-" == "-" && isatty(STDOUT_FILENO) == 1
    }

    /// Makes sure that a trace is not written where it would be taken for text and commands.
    public static func refuseTerminal(_ path: String?) throws(Failure) {
        guard isTerminal(path) else { return }
        throw Failure(
            .usage,
            "a trace is binary and is not written to a terminal: use -o FILE, or a pipe")
    }

    deinit {
        guard let temporary else { return }
        if !isFinished { unsafe unlink(temporary) }
        Interruption.forgetUnfinished(temporary)
    }

    /// Text goes out as UTF-8, but for what of a path is none.
    public func write(_ string: String) {
        var string = isGuarded ? VisibleText.shown(string, isLayout: true) : string
        let isPlain = string.withUTF8 { text in
            unsafe text.baseAddress.map {
                unsafe memchr($0, CInt(PathText.lead), text.count) == nil
            }
        }
        if isPlain ?? true {
            buffer.append(contentsOf: string.utf8)
        } else {
            buffer += PathText.bytes(of: string)
        }
        if buffer.count >= 1 << 16 { flush() }
    }

    /// Appends the bytes as they are.
    public func write(_ bytes: ArraySlice<UInt8>) {
        buffer += bytes
        if buffer.count >= 1 << 16 { flush() }
    }

    /// Appends the bytes as they are.
    public func write(_ bytes: [UInt8]) {
        buffer += bytes
        if buffer.count >= 1 << 16 { flush() }
    }

    /// Writes what is left and gives the file its name.
    public func finish() throws(Failure) {
        try close()
        if let temporary {
            guard unsafe rename(temporary, target) == 0 else { throw Failure.writing(path, errno) }
        }
        isFinished = true
    }

    /// Writes what is left and gives the file the name `name`, which must be in the same folder;
    /// false where that is taken, and another can be tried.
    func finish(as name: String) throws(Failure) -> Bool {
        try close()
        guard let temporary else { throw Failure.writing(path, EEXIST) }
        if unsafe link(temporary, name) == 0 {
            unsafe unlink(temporary)
        } else if errno == EEXIST {
            return false
        } else {
            // Not every file system has a second name for a file.
            guard unsafe access(name, F_OK) != 0 else { return false }
            guard unsafe rename(temporary, name) == 0 else { throw Failure.writing(name, errno) }
        }
        isFinished = true
        return true
    }

    private func close() throws(Failure) {
        guard !isClosed else { return }
        isClosed = true
        flush()
        if descriptor != STDOUT_FILENO, Glibc.close(descriptor) != 0, error == nil { error = errno }
        if let error { throw Failure.writing(path, error) }
    }

    /// Writes what there is so far.
    public func flush() {
        if error == nil { error = WholeWrite.write(buffer.span, to: descriptor) }
        buffer.removeAll(keepingCapacity: true)
    }
}

extension Failure {
    /// A file that cannot be written.
    public static func writing(_ path: String, _ number: Int32) -> Failure {
        Failure(
            .inputOutput,
            "\(path.isEmpty ? "''" : path): cannot be written: \(Failure.text(ofError: number))"
        )
    }
}
