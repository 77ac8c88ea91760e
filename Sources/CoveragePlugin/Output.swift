/// Where the trace goes: a file that appears whole or not at all, or, where the path leads to
/// something that is no regular file, the end of that.
struct Output {
    /// A trace that cannot be written.
    struct Failure: Error {
        let path: HostPath
        let reason: HostError
    }

    /// Absolute: the guest can change the folder.
    private let pattern: OutputPattern
    private let journalChoice: JournalChoice
    /// What `%b` stands for, known only once there is a program.
    private var program: [UInt8] = Array("program".utf8)
    /// The process that QEMU was started as. A forked child writes to a file of its own.
    private let process: CInt

    /// Settles the path once and for all and shows that it can be written.
    init(path given: HostPath, journal choice: JournalChoice) throws(OptionError) {
        process = HostProcess.id
        do throws(HostError) {
            if case .named(let path) = choice {
                journalChoice = .named(try path.absolute())
            } else {
                journalChoice = choice
            }
            pattern = try Output.pattern(given.absolute())
            let path = path
            if try Output.isStream(path) {
                try path.checkWritable()
            } else {
                try WholeFile.check(Output.target(path))
            }
        } catch {
            throw .unwritable(Failure(path: given, reason: error))
        }
    }

    /// Tells which program runs.
    mutating func setProgram(_ path: [UInt8]) { program = path }

    /// This process's trace.
    var path: HostPath {
        let path = pattern.path(program: program)
        let isChild = HostProcess.id != process && !pattern.namesProcess
        return isChild && !Output.isStreamOrUnknown(path)
            ? path.numbered(HostProcess.id) : path
    }

    /// Where this process's journal goes; nil where there is to be none, and where it would stand
    /// beside a trace that goes to a stream.
    var journal: JournalPlace? {
        switch journalChoice {
        case .none: return nil
        case .besideTrace:
            let path = path
            return Output.isStreamOrUnknown(path) ? nil : .beside(Output.target(path))
        case .named(let given):
            guard let pattern = try? OutputPattern(given) else { return nil }
            let path = pattern.path(program: program)
            let isChild = HostProcess.id != process && !pattern.namesProcess
            return .named(isChild ? path.numbered(HostProcess.id) : path)
        }
    }

    /// Puts the trace in its place.
    func write(_ trace: borrowing Trace) throws(Failure) {
        let path = path
        do throws(HostError) {
            if try Output.isStream(path) {
                try trace.write(to: HostFile(appendingTo: path))
            } else {
                try WholeFile.write(to: Output.target(path), trace.write)
            }
        } catch {
            throw Failure(path: path, reason: error)
        }
    }

    private static func pattern(_ path: HostPath) throws(HostError) -> OutputPattern {
        do throws(OutputPattern.UnknownPlaceholder) {
            return try OutputPattern(path)
        } catch {
            throw .invalid
        }
    }

    /// The file itself where the path is a link to one.
    private static func target(_ path: HostPath) -> HostPath { (try? path.resolved()) ?? path }

    private static func isStreamOrUnknown(_ path: HostPath) -> Bool {
        (try? isStream(path)) ?? false
    }

    /// True for what exists and is neither a file nor a folder, and for a stream of the process even
    /// if it leads to a file: the program's output is in there.
    private static func isStream(_ path: HostPath) throws(HostError) -> Bool {
        switch try path.kind() {
        case .missing: return false
        case .directory: throw HostError.isDirectory
        case .other: return true
        case .regular:
            return path == HostPath("/dev/stdout") || path == HostPath("/dev/stderr")
                || path.hasPrefix("/dev/fd/") || path.hasPrefix("/proc/self/fd/")
        }
    }
}
