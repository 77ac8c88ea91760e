#if canImport(Glibc)
    import Glibc
#endif

/// Runs a program on one input after the other, in a folder of its own, into which the traces go.
///
/// It starts QEMU once and has it fork for each input (libcov.so's `fork=on`), or starts one for each.
public final class Runner {
    private let command: GuestCommand
    private let limits: Limits
    private var forks: Bool
    private let folder: String
    private let input: InputFile
    private let isOver: @Sendable () -> Bool
    private let nowhere: Int32
    private let messages: MessageFile
    private var server: Server?
    /// Whether somebody else has killed the last run, or its server: what it did says nothing of the input. A program
    /// that kills itself cannot be told from it.
    public private(set) var wasKilled = false
    /// Why the program is started for each input though it was to be forked; nil where it is not.
    public private(set) var serverFailure: String?

    /// - Parameters:
    ///   - folder: for the input's file and the traces; ends in a slash.
    ///   - forks: whether QEMU is started once.
    ///   - isOver: whether a run is to be ended, since nobody wants it any more.
    /// - Throws: a text that says what is wrong, and where.
    public init(
        _ command: GuestCommand, _ limits: Limits, forks: Bool, folder: String,
        isOver: @escaping @Sendable () -> Bool = { false }
    )
        throws(ReplayError)
    {
        (self.command, self.limits, self.forks, self.folder) = (command, limits, forks, folder)
        self.isOver = isOver
        Orphans.adopt()
        do throws(SystemError) {
            input = try InputFile(in: folder + "input/", isNamed: command.takesFile)
            messages = try MessageFile(folder + "messages")
            nowhere = unsafe open("/dev/null", O_RDWR | O_CLOEXEC)
            guard nowhere >= 0 else { throw SystemError(number: errno) }
        } catch {
            throw ReplayError(text: "\(folder): \(error.text)")
        }
    }

    deinit { close(nowhere) }

    /// Runs the program on an input. The traces are in the folder then.
    public func run(_ content: [UInt8]) -> EndedRun {
        defer { Orphans.kill(usersOf: folder) }
        do throws(SystemError) {
            try input.put(content)
            messages.clear()
            let forked = forks ? try fork() : nil
            if forks, forked == nil {
                // What was to be a server may have read and written.
                forks = false
                try input.rewind()
                messages.clear()
            }
            let run = if let forked { forked } else { try start() }
            wasKilled = run.end.isKill
            return run
        } catch {
            wasKilled = error.isFromOutside
            // Where QEMU has said why, that says more.
            return EndedRun(end: .notRun(said ?? error.text), milliseconds: 0)
        }
    }

    /// Ends the server.
    public func end() {
        server = nil
    }

    /// The journal of what the program has executed before it was forked; nil where the last run was started alone.
    public var startTrace: String? { server?.journal }

    /// How many servers there were: each has a journal of its own.
    public private(set) var serverCount = 0

    /// The first line that QEMU or the program wrote to standard error in the last run; nil for none.
    public var said: String? { messages.firstLine }

    /// What a trace is called, but for the process's number in it, where there is one.
    private var trace: String { folder + "run.drcov" }

    /// Whether a name in the folder is that of a trace or a journal, or of a trace that is not yet whole, which begins
    /// with a dot.
    public static func isTrace(_ name: String) -> Bool {
        name.hasPrefix("run.") || name.hasPrefix(".run.")
    }

    private func start() throws(SystemError) -> EndedRun {
        let process = try ChildProcess(
            command.words(input: input.path, trace: trace, forks: false),
            descriptors: [
                (command.takesFile ? nowhere : input.descriptor, 0), (nowhere, 1),
                (messages.descriptor, 2),
            ])
        var watch = Watch(limits, messages, isOver)
        while true {
            if let status = process.end() {
                let time = watch.milliseconds
                ProcessGroup.kill(process.number)
                return EndedRun(end: End(waitStatus: status), milliseconds: time)
            }
            if let excess = watch.excess(of: process.number) {
                process.kill()
                return EndedRun(end: excess, milliseconds: watch.milliseconds)
            }
            usleep(500)
        }
    }

    /// A run by the server; nil where it cannot be had that way.
    private func fork() throws(SystemError) -> EndedRun? {
        if server == nil {
            server = try startServer()
            serverCount += 1
        }
        guard let server else { return nil }
        do throws(SystemError) {
            return try server.run(Watch(limits, messages, isOver))
        } catch {
            // It has ended, or does not answer: the next input gets another.
            self.server = nil
            throw error
        }
    }
}

extension Runner {
    /// A server whose children are what runs alone would be; nil where there is none, and why is noted.
    ///
    /// - Throws: ``SystemError`` where somebody else has killed it, or nobody wants it any more.
    private func startServer() throws(SystemError) -> Server? {
        // At a place of the user's the program may have done anything.
        let watch = command.forkPlace == nil ? nil : FileWatch(input.path)
        let started: Server
        do throws(SystemError) {
            started = try Server(
                command.words(input: input.path, trace: trace, forks: true), trace: trace,
                input: command.takesFile ? nowhere : input.descriptor, output: nowhere,
                messages: messages.descriptor, isOver: isOver)
        } catch {
            if error.isFromOutside || isOver() { throw error }
            serverFailure =
                messages.firstOfPlugin
                ?? (error.number == ESRCH
                    ? "the program ended before it could be forked" : error.text)
            return nil
        }
        if watch?.isUsed == true {
            serverFailure = "the program opens or reads its input before it could be forked"
            return nil
        }
        // What was executed before the fork is known from the journal alone.
        guard started.hasJournal else {
            serverFailure = "libcov.so keeps no journal"
            return nil
        }
        return started
    }
}

/// Why a program cannot be run at all.
public struct ReplayError: Error {
    /// One line.
    public let text: String
}
