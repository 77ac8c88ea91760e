import Coverage
import DRCov
import Trace

/// A trace with all that is wrong with it.
struct CheckedTrace: ~Copyable {
    /// The trace.
    let file: TraceFile
    /// Its recordings, in the file's order.
    let summaries: [RecordingSummary]
    /// How the file writes its recordings, if it is a drcov file; else empty.
    let dumps: [Dump]
    /// The first ones; a file of noise has one for every few bytes.
    let diagnoses: [Diagnosis]
    private static let most = 1000

    /// What its format does not say, as sentences.
    var lacks: [String] { file.recordings.flatMap { $0.lacks.map(\.text) } }

    /// Reads the trace at a path.
    ///
    /// - Parameters:
    ///   - selection: which modules are looked at.
    ///   - warnings: told what a journal's process had to say.
    init(
        path: String, _ selection: ModuleSelection = ModuleSelection(), _ warnings: Warnings
    ) throws(Failure) {
        var diagnoses: [Diagnosis] = []
        let file = try TraceFile(path: path) { diagnosis in
            if diagnoses.count < CheckedTrace.most { diagnoses.append(diagnosis) }
        }
        for message in file.messages { warnings.warnAnyway(message) }
        let recordings = file.recordings
        summaries = file.withBytes { bytes in
            var summaries: [RecordingSummary] = []
            for recording in recordings {
                let summary = RecordingSummary(recording, in: bytes, selection)
                diagnoses += summary.diagnoses(in: bytes)
                summaries.append(summary)
            }
            return summaries
        }
        // A second time, for what merging has no use for; its damage is known.
        dumps =
            file.format == .drcov
            ? file.withBytes { (try? DRCovReader.dumps($0) { _ in }) ?? [] } : []
        self.diagnoses = diagnoses
        self.file = file
    }

    /// The paths of the modules that are looked at, and of those that are not.
    var modulePaths: (taken: Set<String>, unwanted: Set<String>) {
        func paths(_ modules: some Sequence<Module>) -> Set<String> {
            Set(modules.map { String(decoding: $0.path, as: UTF8.self) })
        }
        let taken = paths(summaries.flatMap(\.rows).map(\.module))
        return (taken, paths(file.recordings.flatMap(\.modules)).subtracting(taken))
    }

    /// Warns of what is wrong.
    func report(_ warnings: Warnings) throws(Failure) {
        var damage = FileDamage(path: file.path, warnings)
        for diagnosis in diagnoses { damage.add(diagnosis) }
        try damage.check()
        for message in damage.messages { try warnings.warn(message) }
    }
}
