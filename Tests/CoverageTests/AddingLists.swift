import Coverage
import Testing
import Trace

extension Collector {
    /// Adds a recording that is in no file.
    mutating func addList(
        _ recording: Recording, source: Int = 0,
        diagnose: (Diagnosis) -> Void = { Issue.record("\($0)") }
    ) throws(MergeError) {
        let noFile: [UInt8] = []
        try add(recording, from: noFile.span, source: source, diagnose: diagnose)
    }

    /// A collector of recordings that are in no file.
    init(
        _ recordings: [Recording], counting: Counting = .nothing, rules: ModuleRules = ModuleRules()
    ) throws(MergeError) {
        self.init(counting: counting, rules: rules)
        for (source, recording) in recordings.enumerated() {
            try addList(recording, source: source)
        }
    }
}
