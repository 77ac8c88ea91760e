import Coverage
import DRCov
import Testing

extension Profile {
    /// Adds a dump that is in no file.
    mutating func addList(
        _ dump: Dump, diagnose: (Diagnosis) -> Void = { Issue.record("\($0)") }
    ) throws(MergeError) {
        let noFile: [UInt8] = []
        try add(dump, from: noFile.span, diagnose: diagnose)
    }
}
