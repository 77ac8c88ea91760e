import Coverage
import DRCov
import Replay

#if canImport(Glibc)
    import Glibc
#endif

/// Keeps a trace of each input in a folder: all that the input reached, what was executed before the fork too. Where
/// inputs are run several times, there is one of each run.
public struct KeptTraces: ReplayObserver {
    private let folder: NewFolder
    /// The traces' names, by the inputs' numbers; those of one input's runs stand together.
    private let names: [String]
    private let repetitions: Int
    private let inputs: InputList
    private let merging: TraceMerging
    private let hasCounts: Bool
    private let written: WrittenTraces?

    /// Makes the folder where there is none.
    ///
    /// - Parameters:
    ///   - repetitions: how often each input is run.
    ///   - merging: which modules are wanted, and which are one.
    ///   - hasCounts: whether the runs count executions.
    ///   - state: knows which traces of earlier replays are in the folder; they are removed.
    /// - Throws: ``Failure`` where it cannot be made.
    public init(
        in folder: NewFolder, of inputs: InputList, repetitions: Int = 1,
        _ merging: TraceMerging, hasCounts: Bool, state: ReplayState? = nil
    ) throws(Failure) {
        try folder.make()
        written = try state.map { state throws(Failure) in
            try WrittenTraces(state.tracesPath, in: folder.path)
        }
        (self.folder, self.inputs, self.repetitions) = (folder, inputs, repetitions)
        (self.merging, self.hasCounts) = (merging, hasCounts)
        // Now, so that they do not depend on which run ends first.
        var unused = FileNames()
        names = inputs.flatMap { input in
            let start = input.shortFileName
            return (1...repetitions).map {
                unused.unused(start + ($0 > 1 ? ".\($0)" : "") + ".drcov")
            }
        }
    }

    /// Writes the trace of an input that was run.
    public func ended(_ run: ReplayedRun) throws(Failure) {
        if case .notRun = run.ended.end { return }
        var reached = Collector(counting: hasCounts ? .hits : .nothing, rules: merging.rules)
        let profile: Profile
        do throws(MergeError) {
            try run.forEachRecording { (recording, bytes) throws(MergeError) in
                try reached.add(recording, from: bytes, source: run.input) { _ in }
            }
            profile = try reached.profile()
        } catch {
            throw Failure(error, inputs.map(\.name))
        }
        let name = names[run.input * repetitions + run.repetition]
        try written?.add(name)
        try profile.write(
            to: folder.path + name,
            form: profile.form(hasCounts: hasCounts),
            warnings: merging.warnings)
    }

    /// Removes the traces: the folder was empty, or not there, and is to be so for the next replay.
    public func abandoned() {
        for name in names { unsafe unlink(folder.path + name) }
        folder.unmake()
    }
}
