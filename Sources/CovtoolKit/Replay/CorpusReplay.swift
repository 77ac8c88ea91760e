import Coverage
import Replay
import Reports
import Synchronization
import Threading
import Trace

#if canImport(Glibc)
    import Glibc
#endif

/// Runs a program on all inputs of a corpus, and brings together what the runs reached while they run.
public struct CorpusReplay: Sendable {
    /// The program and its QEMU.
    public var command: GuestCommand
    /// What a run may take.
    public var limits: Limits
    /// How many runs there are at a time.
    public var jobs: Int
    /// Whether one QEMU forks for many inputs.
    public var forks: Bool
    /// Which modules are wanted, and which are one.
    public var merging: TraceMerging
    /// Whether hit counts are added up.
    public var counts: Bool

    /// Makes a replay.
    public init(
        _ command: GuestCommand, limits: Limits, jobs: Int, forks: Bool, merging: TraceMerging,
        counts: Bool
    ) {
        (self.command, self.limits, self.jobs, self.forks) = (command, limits, jobs, forks)
        (self.merging, self.counts) = (merging, counts)
    }

    /// What became of an input.
    public struct Outcome: Sendable {
        /// Its number in the corpus.
        public var input: Int
        /// How its run ended.
        public var run: EndedRun
        /// How many blocks no run before had reached.
        public var newBlocks: Int
    }

    /// What the runs reached, and how they ended.
    public struct Result: Sendable {
        /// By the inputs' order; an input with the content of an earlier one has none.
        public var outcomes: [Outcome]
        /// What all runs reached together.
        public var profile: Profile
        /// The number of different blocks.
        public var blockCount: Int
    }

    /// What traces have added.
    private struct Addition {
        var traces = 0
        var blocks = 0
        var newBlocks = 0

        static func += (sum: inout Addition, other: Addition) {
            sum.traces += other.traces
            sum.blocks += other.blocks
            sum.newBlocks += other.newBlocks
        }
    }

    /// What the threads share.
    private final class Shared: Sendable {
        struct State {
            var collector: Collector
            var outcomes: [Outcome] = []
            var contents: Set<Content> = []
            var failure: Failure?
            var crashes = 0

            /// Adds what the trace of a run has; of the journal of a process that was ended before it had recorded a
            /// block, nothing.
            ///
            /// - Parameter source: the input's number.
            mutating func add(_ path: String, of source: Int) throws(MergeError) -> Addition {
                var addition = Addition(traces: 1)
                guard let trace = try? TraceFile(path: path, diagnose: { _ in }) else {
                    return addition
                }
                let before = collector.blockCount
                for recording in trace.recordings {
                    addition.blocks += recording.blocks.count
                    try trace.withBytes { bytes throws(MergeError) in
                        try collector.add(recording.placedByItsFile, from: bytes, source: source) {
                            _ in
                        }
                    }
                }
                addition.newBlocks = collector.blockCount - before
                return addition
            }
        }

        let next = Atomic<Int>(0)
        let state: Mutex<State>
        init(_ collector: Collector) { state = Mutex(State(collector: collector)) }
    }

    /// Runs all of them.
    ///
    /// - Throws: ``Failure`` where the traces cannot be brought together, or nothing can be run.
    public func run(_ inputs: [String]) throws(Failure) -> Result {
        try Interruption.awaited { () throws(Failure) in try runAll(inputs) }
    }

    private func runAll(_ inputs: [String]) throws(Failure) -> Result {
        let top = try ReplayFolder()
        defer { top.remove() }
        let shared = Shared(Collector(counting: counts ? .hits : .nothing, rules: merging.rules))
        let progress = Progress("Running", total: inputs.count, line: merging.progressLine)
        let jobs = max(1, min(jobs, inputs.count))
        Threads.run(jobs) { number in
            do throws(Failure) {
                try work(on: inputs, in: top.folder(number), shared, progress)
            } catch {
                shared.state.withLock { $0.failure = $0.failure ?? error }
            }
        }
        progress.end()
        return try shared.state.withLock { state throws(Failure) in
            if let failure = state.failure { throw failure }
            do throws(MergeError) {
                return Result(
                    outcomes: state.outcomes.sorted { $0.input < $1.input },
                    profile: try state.collector.profile(), blockCount: state.collector.blockCount)
            } catch {
                throw Failure(error, inputs)
            }
        }
    }

    private func work(
        on inputs: [String], in folder: String, _ shared: Shared, _ progress: Progress
    ) throws(Failure) {
        let runner: Runner
        do throws(ReplayError) {
            runner = try Runner(
                command, limits, forks: forks, folder: folder, isOver: { Interruption.isAsked })
        } catch {
            throw Failure(.inputOutput, error.text)
        }
        while !Interruption.isAsked, shared.state.withLock({ $0.failure == nil }) {
            let number = shared.next.wrappingAdd(1, ordering: .relaxed).oldValue
            guard number < inputs.count else { break }
            try run(inputs, number, runner, folder, shared)
            progress.advance(
                shared.state.withLock { "\($0.collector.blockCount) blocks, \($0.crashes) crashes" }
            )
        }
        runner.end()
        // The servers' own traces.
        _ = try add(tracesIn: folder, of: inputs.count, inputs, shared)
    }

    private func run(
        _ inputs: [String], _ number: Int, _ runner: Runner, _ folder: String, _ shared: Shared
    ) throws(Failure) {
        let content: [UInt8]
        do throws(Failure) {
            content = try StoredBytes(path: inputs[number]).withBytes { bytes in
                bytes.indices.map { bytes[$0] }
            }
        } catch {
            return shared.state.withLock {
                $0.outcomes.append(
                    Outcome(
                        input: number, run: EndedRun(end: .notRun(error.message), milliseconds: 0),
                        newBlocks: 0))
            }
        }
        guard shared.state.withLock({ $0.contents.insert(Content(of: content)).inserted }) else {
            return
        }
        var run = runner.run(content)
        let addition = try add(
            tracesIn: folder, of: number, besides: forks ? runner.trace : nil, inputs, shared)
        if case .done = run.end, let reason = reason(thatNothingRan: addition, runner.said) {
            run.end = .notRun(reason)
        }
        shared.state.withLock {
            if case .crashed = run.end { $0.crashes += 1 }
            $0.outcomes.append(Outcome(input: number, run: run, newBlocks: addition.newBlocks))
        }
    }

    /// Why QEMU itself has ended, and not the program in it; nil where the program has.
    ///
    /// - Parameter said: the first line on standard error.
    private func reason(thatNothingRan addition: Addition, _ said: String?) -> String? {
        if addition.traces == 0 { return said ?? "QEMU recorded nothing" }
        // A QEMU that cannot load the program leaves a trace, and says why behind its own name.
        guard addition.blocks == 0, let said,
            said.hasPrefix(FilePath.name(command.emulator[0]) + ": ")
        else { return nil }
        return said
    }

    /// Adds what the folder's traces and journals have, and removes them.
    ///
    /// - Parameters:
    ///   - source: the input's number.
    ///   - server: the trace that the server will write, which is not there yet but for its journal.
    private func add(
        tracesIn folder: String, of source: Int, besides server: String? = nil,
        _ inputs: [String], _ shared: Shared
    ) throws(Failure) -> Addition {
        var sum = Addition()
        for name in FilePath.names(in: folder) where name.contains(".drcov") {
            let path = folder + name
            if let server, path.hasPrefix(server) { continue }
            defer { unsafe unlink(path) }
            do throws(MergeError) {
                sum += try shared.state.withLock { state throws(MergeError) in
                    try state.add(path, of: source)
                }
            } catch {
                throw Failure(error, inputs)
            }
        }
        return sum
    }
}

/// What an input has in it, as a number that no other content has.
private struct Content: Hashable {
    private let count: Int
    private let first: UInt64
    private let second: UInt64

    /// Two hashes of FNV's kind with other primes: 128 bits, which nobody has chosen the inputs against.
    init(of bytes: [UInt8]) {
        var (first, second): (UInt64, UInt64) = (0xCBF2_9CE4_8422_2325, 0x9E37_79B9_7F4A_7C15)
        for byte in bytes {
            first = (first ^ UInt64(byte)) &* 0x100_0000_01B3
            second = (second ^ UInt64(byte)) &* 0xFF51_AFD7_ED55_8CCD
            second ^= second >> 29
        }
        (count, self.first, self.second) = (bytes.count, first, second)
    }
}

/// A folder for the time of a replay.
private struct ReplayFolder {
    private let path: String

    init() throws(Failure) {
        let base = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
        // mkdtemp(3) puts letters of its own in the place of the last six.
        var template = Array("\(base)/covtool-run-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else { throw Failure.writing(base, errno) }
        path =
            String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self) + "/"
    }

    /// A folder in it, for the thread with a number.
    func folder(_ number: Int) throws(Failure) -> String {
        let folder = "\(path)\(number)/"
        guard unsafe mkdir(folder, 0o700) == 0 else { throw Failure.writing(folder, errno) }
        return folder
    }

    func remove() {
        for name in FilePath.names(in: path) where name != "." && name != ".." {
            let folder = path + name + "/"
            for name in FilePath.names(in: folder) { unsafe unlink(folder + name) }
            unsafe rmdir(folder)
        }
        unsafe rmdir(path)
    }
}
