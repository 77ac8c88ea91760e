import Trace

/// What is damaged in one file, as messages or as an error.
struct FileDamage {
    private let path: String
    private let warnings: Warnings
    private var found: [Diagnosis] = []
    private var count = 0
    /// Messages of one file; a file of noise would fill the screen, and memory.
    private static let most = 8

    init(path: String, _ warnings: Warnings) {
        (self.path, self.warnings) = (path, warnings)
    }

    mutating func add(_ diagnosis: Diagnosis) {
        count += 1
        if count <= FileDamage.most { found.append(diagnosis) }
    }

    /// - Throws: ``Failure`` where something was found and damage is an error.
    func check() throws(Failure) {
        if warnings.isStrict, let first = found.first {
            throw Failure(.badData, "\(path): \(first.position.text): \(first.problem.text)")
        }
    }

    /// What was found.
    var messages: [String] {
        var messages = found.map {
            "\(path): \($0.position.text): \($0.text)"
        }
        if count > FileDamage.most {
            messages.append("\(path): and \(count - FileDamage.most) more of the kind")
        }
        return messages
    }
}
