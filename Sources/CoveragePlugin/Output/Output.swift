/// Where the trace goes: a file that appears whole or not at all, or, where the path leads to
/// something that is not a regular file, the end of that.
struct Output {
    /// A trace that cannot be written.
    struct Failure: Error {
        let path: HostPath
        let reason: HostError
    }

    /// Absolute: the guest can change the folder.
    private let pattern: OutputPattern
    /// Where the journal goes that has a name of its own.
    private let journalPattern: OutputPattern?
    private let journalChoice: JournalChoice
    /// What `%b` stands for, known only once there is a program.
    private var program = HostPath("program").bytes
    /// The process that QEMU was started as. A forked child writes to a file of its own.
    private let process: CInt
    /// Where the trace would be without `out`.
    private let defaultPath: HostPath
    /// What the path leads to; decided anew only where the path is another.
    private var destination: Result<Destination, HostError>

    /// Settles the path once and for all and shows that it can be written.
    init(path given: HostPath, journal choice: JournalChoice) throws(OptionError) {
        process = HostProcess.id
        journalChoice = choice
        var failed = (path: given, isJournal: false)
        do throws(HostError) {
            defaultPath = try Options().output.absolute()
            pattern = try Output.pattern(given.absolute())
            let found = try Destination(pattern.path(program: program))
            if case .file(let path) = found { try WholeFile.check(path) }
            destination = .success(found)
            if case .named(let path) = choice {
                failed = (path, true)
                let pattern = try Output.pattern(path.absolute())
                journalPattern = pattern
                let found = try? Destination(pattern.path(program: program))
                if case .stream? = found { throw HostError.isNoFile }
            } else {
                journalPattern = nil
            }
        } catch {
            throw .unwritable(
                Failure(path: failed.path, reason: error), isJournal: failed.isJournal)
        }
    }

    /// Tells which program runs.
    mutating func setProgram(_ path: [UInt8]) {
        program = path
        if pattern.namesProgram { findDestination() }
    }

    /// Tells that this is another process, forked just now.
    mutating func forked() {
        if isStream, !pattern.namesProcess { return }
        findDestination()
    }

    private mutating func findDestination() {
        do throws(HostError) {
            destination = .success(try Destination(filePath))
        } catch {
            destination = .failure(error)
        }
    }

    /// This process's trace.
    var path: HostPath { isStream ? pattern.path(program: program) : filePath }

    /// The same where it is a file.
    private var filePath: HostPath { path(of: pattern) }

    /// Whether this process is a forked child of the one that QEMU was started as.
    var isChilds: Bool { HostProcess.id != process }

    /// What a pattern stands for in this process.
    private func path(of pattern: OutputPattern) -> HostPath {
        let path = pattern.path(program: program)
        return isChilds && !pattern.namesProcess ? path.numbered(HostProcess.id) : path
    }

    /// Whether it goes to something that can have a reader.
    var isStream: Bool {
        if case .success(.stream) = destination { true } else { false }
    }

    /// Where this process's journal goes; nil where there is to be none, and where it would stand
    /// beside a trace that goes to a stream.
    var journal: JournalPlace? {
        switch journalChoice {
        case .none: nil
        case .besideTrace: besideTrace
        case .named: journalPattern.map { .named(path(of: $0)) }
        }
    }

    /// Beside the trace, nil where that is no file.
    private var besideTrace: JournalPlace? {
        if case .success(.file(let path)) = destination { .beside(path) } else { nil }
    }

    /// Where a journal goes that is made at the end, of what came through to nobody: beside what the
    /// trace would be by default, where it went to no file.
    var lastResort: JournalPlace { journal ?? besideTrace ?? .beside(defaultPath) }

    /// Whether what cannot be written may go into a journal.
    var takesJournal: Bool { if case .none = journalChoice { false } else { true } }

    /// Puts the trace in its place.
    func write(_ trace: borrowing WrittenTrace) throws(Failure) {
        do throws(HostError) {
            switch try destination.get() {
            case .stream(let stream): try trace.write(to: stream.open())
            case .file(let path):
                try Destination.checkReplaceable(path)
                try WholeFile.write(to: path, trace.write)
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
}
