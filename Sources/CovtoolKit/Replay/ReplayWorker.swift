import DRCov
import Folders
import Replay
import Trace

#if canImport(Glibc)
    import Glibc
#endif

/// Runs the inputs that one thread of a replay gets, one after the other.
final class ReplayWorker {
    /// How often an input is run again whose run was killed.
    private static let mostTrials = 2

    private let runner: Runner
    private let folder: String
    /// For the traces of runs that stand in the log.
    private let loggedFolder: String
    /// How QEMU begins what it says itself.
    private let emulatorName: String
    private let observers: [any ReplayObserver]
    private let log: ReplayLog?
    /// The program, and what it was at the start; nil where there is no such file.
    private let program: (path: String, version: FileVersion)?
    /// What the last server has executed before the fork, and which server that was.
    private var start: (path: String, server: Int)?

    /// - Parameters:
    ///   - folder: for the traces; ends in a slash.
    ///   - log: has runs that need not be repeated, and gets the others.
    init(
        _ command: GuestCommand, _ limits: Limits, forks: Bool, folder: String,
        log: ReplayLog?, observers: [any ReplayObserver]
    ) throws(Failure) {
        do throws(ReplayError) {
            runner = try Runner(
                command, limits, forks: forks, folder: folder, isOver: { Interruption.isAsked })
        } catch {
            throw Failure(.inputOutput, error.text)
        }
        (self.folder, self.log, self.observers) = (folder, log, observers)
        loggedFolder = try ReplayFolder.make(folder + "logged/")
        emulatorName = FilePath.name(command.emulator[0])
        let path = command.arguments.first ?? ""
        program = FileVersion(path).map { (path, $0) }
    }

    /// Runs an input; its traces are gone then.
    ///
    /// - Parameter repetition: which of the input's runs it is, from 0 on; 0 where there is a log.
    func run(_ job: ReplayQueue.Job, repetition: Int = 0) throws(Failure) {
        if let run = try log?.take(job, in: loggedFolder) {
            defer { run.removeTraces() }
            return try tell(run)
        }
        defer { removeTraces() }
        var ended = runner.run(job.content)
        for _ in 0..<ReplayWorker.mostTrials where runner.wasKilled && !Interruption.isAsked {
            // By the system where memory is short, or by whoever ends all that is called QEMU: a child, and then the
            // server that was to fork the next.
            removeTraces()
            ended = runner.run(job.content)
        }
        // Its end says nothing of the input.
        guard !Interruption.isAsked else { return }
        var run = ReplayedRun(
            input: job.input, repetition: repetition, identity: job.identity, content: job.content,
            ended: ended)
        run.start = startTrace()
        run.own = traces.filter { !$0.hasPrefix(".") }.map { folder + $0 }
        if case .done = ended.end, let reason = reasonOfNoRun(run) {
            run.ended.end = .notRun(reason)
        }
        if let program, FileVersion(program.path) != program.version {
            throw Failure(
                .badData,
                """
                \(program.path): has been replaced while it was run: what is reached would be of two builds; run \
                it again
                """)
        }
        // What was executed before the fork is nothing that the input has reached, then.
        if case .notRun = run.ended.end { (run.start, run.own) = (nil, []) }
        try log?.append(run)
        try tell(run)
    }

    /// Why QEMU is started for each input though it was to fork; nil where it is not.
    var serverFailure: String? { runner.serverFailure }

    /// Ends the server, if there is one.
    func end() { runner.end() }

    private func tell(_ run: ReplayedRun) throws(Failure) {
        for observer in observers { try observer.ended(run) }
    }

    /// The names of the last run's traces and journals, and of traces that were being written when it was killed.
    private var traces: [String] {
        let server = runner.startTrace.map(FilePath.name)
        return FolderNames(of: folder).filter { Runner.isTrace($0) && $0 != server }
    }

    private func removeTraces() {
        for name in traces { unsafe unlink(folder + name) }
    }

    /// A file with what was executed before the fork, the same for all runs of one server; nil where there was no fork.
    private func startTrace() -> String? {
        guard let journal = runner.startTrace else { return nil }
        if let start, start.server == runner.serverCount { return start.path }
        if let start { unsafe unlink(start.path) }
        // Not the journal, which no other server's is like: it names its process.
        let path = "\(folder)start-\(runner.serverCount).drcov"
        do throws(Failure) {
            try TemporaryFile.write(ReplayWorker.trace(of: journal)[...], to: path)
        } catch {
            return journal
        }
        start = (path, runner.serverCount)
        return path
    }

    /// What a process that has a journal would write.
    private static func trace(of journal: String) throws(Failure) -> [UInt8] {
        let trace = try TraceFile(path: journal) { _ in }
        var file: [UInt8] = []
        for recording in trace.recordings {
            trace.withBytes { file += recording.drcov(in: $0) }
        }
        return file
    }

    /// Why QEMU records nothing, where it does not say so.
    private var reasonOfNothing: String {
        let nothing = "QEMU recorded nothing"
        guard let path = program?.path, unsafe access(path, X_OK) != 0 else { return nothing }
        return "\(nothing): \(path) has no permission to be executed (chmod +x)"
    }

    /// Why QEMU itself has ended, and not the program in it; nil where the program has.
    private func reasonOfNoRun(_ run: ReplayedRun) -> String? {
        if run.own.isEmpty {
            if FilePath.isFull(folder) { return "no space is left in \(folder) (see TMPDIR)" }
            return runner.said ?? reasonOfNothing
        }
        // A QEMU that cannot load the program leaves a trace, and says why behind its own name.
        guard let said = runner.said, said.hasPrefix(emulatorName + ": ") else { return nil }
        let hasBlocks = run.own.contains { path in
            guard let trace = try? TraceFile(path: path, diagnose: { _ in }) else { return false }
            return trace.recordings.contains { $0.blocks.count > 0 }
        }
        return hasBlocks ? nil : said
    }
}

extension Recording {
    /// The same as a drcov file.
    fileprivate func drcov(in bytes: Span<UInt8>) -> [UInt8] {
        let writer = DRCovWriter(form: DRCovForm(of: self))
        var file = writer.header(
            modules: modules, is32Bit: is32Bit == true, blockCount: blocks.count)
        var hits: [UInt64] = []
        forEachBlock(in: bytes) { block, count in
            writer.append(block, to: &file)
            hits.append(UInt64(count ?? 1))
        }
        if writer.form.hasCounts {
            file += writer.countsHeader(count: hits.count)
            for count in hits { writer.append(hitCount: count, to: &file) }
        }
        if let edges {
            file += writer.edgesHeader(count: edges.count, isPartial: hasPartialEdges)
            forEachEdge(in: bytes) { writer.append(edge: $0, to: &file) }
        }
        return file
    }
}
