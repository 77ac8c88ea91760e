import Coverage
import Synchronization
import Threading
import Trace

/// Goes over many traces on all processors, in as much memory as one trace a thread needs.
struct TraceWalk: Sendable {
    /// What the threads share.
    private final class Shared<State: Sendable>: Sendable {
        let next = Atomic<Int>(0)
        let hasFailed = Atomic<Bool>(false)
        let ended = Mutex<(states: [State], files: [FileEnd])>(([], []))
    }

    /// What there is to say of a file that was not simply read.
    private struct FileEnd: Sendable {
        var number: Int
        var messages: [String]
        var failure: Failure?
    }

    /// The files' paths.
    let paths: [String]
    /// What becomes of damage.
    var warnings: Warnings
    var failureMode = FailureMode.any
    /// What the progress line says is done.
    var task = "Reading"
    /// Shows the progress line; nil if nobody looks.
    var progressLine: Progress.Line?
    /// The files by which places become blocks of modules.
    var resolver = PlaceResolver()
    /// Whether nothing is said of damage, because that was done before.
    var isSilent = false
    /// Whether no block is looked at: a file is then mapped, so that most of it is not read.
    var readsHeadsAlone = false
    /// So many files, one behind the other, are read by one thread.
    var filesInTurn = 1

    /// A thread for fewer files costs more than it gives.
    private static let filesPerThread = 32

    /// Reads each trace and calls `visit` with it on one of the threads, with the thread's state.
    ///
    /// - Parameter visit: is given the state, the trace, the number of its path, and what to call for
    ///   damage.
    /// - Returns: the threads' states.
    /// - Throws: ``Failure``, by the failure mode; of several the first in the order of the paths.
    func run<State: Sendable>(
        from start: @escaping @Sendable () -> State,
        _ visit:
            @escaping @Sendable (inout State, borrowing TraceFile, Int, (Diagnosis) -> Void)
            throws(Failure) -> Void
    ) throws(Failure) -> [State] {
        let shared = Shared<State>()
        let progress = Progress(task, total: paths.count, line: progressLine)
        let count = min(
            Threads.most, max(1, paths.count / max(TraceWalk.filesPerThread, filesInTurn)))
        Threads.run(count) { _ in
            var state = start()
            var files: [FileEnd] = []
            let buffer = readsHeadsAlone ? nil : ReadBuffer()
            /// Whether the files that follow are read.
            func goesOn() -> Bool {
                failureMode != .any || !shared.hasFailed.load(ordering: .relaxed)
            }
            while goesOn() {
                let turn = shared.next.wrappingAdd(1, ordering: .relaxed).oldValue
                let first = turn * filesInTurn
                guard first < paths.count else { break }
                for number in first..<min(first + filesInTurn, paths.count) where goesOn() {
                    var damage = FileDamage(path: paths[number], warnings)
                    var size = 0
                    do throws(Failure) {
                        let trace = try TraceFile(path: paths[number], buffer: buffer) {
                            damage.add($0)
                        }
                        size = trace.size
                        try damage.check()
                        try visit(&state, trace, number) { damage.add($0) }
                        try damage.check()
                        let messages = trace.messages + damage.messages
                        if !messages.isEmpty {
                            files.append(FileEnd(number: number, messages: messages))
                        }
                    } catch {
                        shared.hasFailed.store(true, ordering: .relaxed)
                        files.append(FileEnd(number: number, messages: [], failure: error))
                    }
                    progress.advance(bytes: size)
                }
            }
            shared.ended.withLock {
                $0.states.append(state)
                $0.files += files
            }
        }
        progress.end()
        let (states, files) = shared.ended.withLock { $0 }
        try end(files.sorted { $0.number < $1.number })
        return states
    }

    private func end(_ files: [FileEnd]) throws(Failure) {
        let failures = files.compactMap(\.failure)
        let isFailure: Bool
        switch failureMode {
        case .any: isFailure = !failures.isEmpty
        case .all: isFailure = !failures.isEmpty && failures.count == paths.count
        case .warn: isFailure = false
        }
        if isFailure, let first = failures.first { throw first }
        guard !isSilent else { return }
        for file in files {
            for message in file.messages { warnings.warnAnyway(message) }
            if let failure = file.failure {
                warnings.warnAnyway("\(failure.message): left out")
            }
        }
    }
}

/// What happens when some of the inputs cannot be read, in llvm-profdata's words.
public enum FailureMode: String, CaseIterable, Sendable {
    /// One is enough to fail.
    case any
    /// It fails when none can be read.
    case all
    /// It does not fail.
    case warn
}
