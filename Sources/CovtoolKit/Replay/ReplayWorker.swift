import Replay

#if canImport(Glibc)
    import Glibc
#endif

/// Runs the inputs that one thread of a replay gets, one after the other.
struct ReplayWorker {
    private let runner: Runner
    private let folder: String
    /// How QEMU begins what it says itself.
    private let emulatorName: String
    private let observers: [any ReplayObserver]

    /// - Parameter folder: for the traces; ends in a slash.
    init(
        _ command: GuestCommand, _ limits: Limits, forks: Bool, folder: String,
        observers: [any ReplayObserver]
    ) throws(Failure) {
        do throws(ReplayError) {
            runner = try Runner(
                command, limits, forks: forks, folder: folder, isOver: { Interruption.isAsked })
        } catch {
            throw Failure(.inputOutput, error.text)
        }
        (self.folder, self.observers) = (folder, observers)
        emulatorName = FilePath.name(command.emulator[0])
    }

    /// Runs an input; its traces are gone then.
    func run(_ job: ReplayQueue.Job) throws(Failure) {
        let ended = runner.run(job.content)
        var run = ReplayedRun(input: job.input, identity: job.identity, ended: ended)
        run.start = runner.startTrace
        run.own = FilePath.names(in: folder).filter { $0.contains(".drcov") }.map { folder + $0 }
            .filter { $0 != run.start }
        defer { for path in run.own { unsafe unlink(path) } }
        if case .done = ended.end, let reason = reasonOfNoRun(run) {
            run.ended.end = .notRun(reason)
        }
        for observer in observers { try observer.ended(run) }
    }

    /// Ends the server, if there is one.
    func end() { runner.end() }

    /// Why QEMU itself has ended, and not the program in it; nil where the program has.
    private func reasonOfNoRun(_ run: ReplayedRun) -> String? {
        if run.own.isEmpty { return runner.said ?? "QEMU recorded nothing" }
        // A QEMU that cannot load the program leaves a trace, and says why behind its own name.
        guard let said = runner.said, said.hasPrefix(emulatorName + ": ") else { return nil }
        let hasBlocks = run.own.contains { path in
            guard let trace = try? TraceFile(path: path, diagnose: { _ in }) else { return false }
            return trace.recordings.contains { $0.blocks.count > 0 }
        }
        return hasBlocks ? nil : said
    }
}
