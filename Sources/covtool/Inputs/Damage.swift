import DRCov

/// What is damaged in one file, as messages or as an error.
struct Damage {
    private let path: String
    private let isError: Bool
    private var found: [Diagnosis] = []
    /// Messages of one file; a file of noise would fill the screen.
    private static let most = 8

    init(path: String, isError: Bool) { (self.path, self.isError) = (path, isError) }

    mutating func add(_ diagnosis: Diagnosis) { found.append(diagnosis) }

    /// Says what was found since the last time.
    ///
    /// - Throws: ``Failure`` instead where damage is an error.
    mutating func end() throws(Failure) {
        defer { found.removeAll() }
        if isError, let first = found.first {
            throw Failure(.badData, "\(path): \(first.place.text): \(first.problem.text)")
        }
        for diagnosis in found.prefix(Damage.most) {
            Diagnostics.say("warning: \(path): \(diagnosis.place.text): \(diagnosis.text)")
        }
        if found.count > Damage.most {
            Diagnostics.say("warning: \(path): and \(found.count - Damage.most) more of the kind")
        }
    }
}
