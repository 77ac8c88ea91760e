import ArgumentParser
import Coverage

/// `FROM,TO`, in llvm-cov's words.
struct PathEquivalence {
    let text: String
    let mapping: PathMapping

    init(_ argument: String) throws {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            throw ValidationError("FROM,TO is wanted: two paths with one comma between them")
        }
        text = argument
        // '.' becomes the empty path.
        mapping = PathMapping(
            from: SourcePath.normalised(String(parts[0])),
            to: SourcePath.normalised(String(parts[1])))
    }
}
