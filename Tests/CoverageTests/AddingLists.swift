import Coverage
import DRCov
import Testing

extension Collector {
    /// Adds a dump that is in no file.
    mutating func addList(
        _ dump: Dump, source: Int = 0, diagnose: (Diagnosis) -> Void = { Issue.record("\($0)") }
    ) throws(MergeError) {
        let noFile: [UInt8] = []
        try add(dump, from: noFile.span, source: source, diagnose: diagnose)
    }

    /// A collector of dumps that are in no file.
    init(
        _ dumps: [Dump], counting: Counting = .nothing, rules: ModuleRules = ModuleRules()
    ) throws(MergeError) {
        self.init(counting: counting, rules: rules)
        for (source, dump) in dumps.enumerated() { try addList(dump, source: source) }
    }
}
