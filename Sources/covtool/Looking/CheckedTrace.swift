import Coverage
import DRCov

/// A trace with all that is wrong with it.
struct CheckedTrace: ~Copyable {
    let file: TraceFile
    let summaries: [DumpSummary]
    /// The first ones; a file of noise has one for every few bytes.
    let diagnoses: [Diagnosis]
    private static let most = 1000

    /// - Parameter selection: which modules are looked at.
    init(path: String, _ selection: ModuleSelection = ModuleSelection()) throws(Failure) {
        var diagnoses: [Diagnosis] = []
        let file = try TraceFile(path: path) { diagnosis in
            if diagnoses.count < CheckedTrace.most { diagnoses.append(diagnosis) }
        }
        for message in file.messages { Diagnostics.warn(message) }
        let dumps = file.dumps
        summaries = file.withBytes { bytes in
            var summaries: [DumpSummary] = []
            for dump in dumps {
                let summary = DumpSummary(dump, in: bytes, selection)
                if let diagnosis = summary.diagnosis(in: bytes) { diagnoses.append(diagnosis) }
                summaries.append(summary)
            }
            return summaries
        }
        self.diagnoses = diagnoses
        self.file = file
    }

    /// The paths of the modules that are looked at, and of those that are not.
    var modulePaths: (taken: Set<String>, unwanted: Set<String>) {
        func paths(_ modules: some Sequence<Module>) -> Set<String> {
            Set(modules.map { String(decoding: $0.path, as: UTF8.self) })
        }
        let taken = paths(summaries.flatMap(\.rows).map(\.module))
        return (taken, paths(file.dumps.flatMap(\.modules)).subtracting(taken))
    }

    /// Says what is wrong, or makes an error of it.
    func report(isError: Bool) throws(Failure) {
        var damage = Damage(path: file.path, isError: isError)
        for diagnosis in diagnoses { damage.add(diagnosis) }
        try damage.check()
        for message in damage.messages { Diagnostics.warn(message) }
    }
}
