import ArgumentParser
import Coverage

/// `FROM,TO`, in llvm-cov's words.
struct PathEquivalence: ExpressibleByArgument {
    let text: String
    let mapping: PathMapping

    init?(argument: String) {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
        text = argument
        // '.' becomes the empty path.
        mapping = PathMapping(
            from: SourcePath.normalised(String(parts[0])),
            to: SourcePath.normalised(String(parts[1])))
    }
}
