import ArgumentParser
import CovtoolKit

/// What was changed, of which `patch` says what was executed.
struct ChangeOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Read the change from this unified diff; '-' is standard input.", valueName: "file"),
        completion: .file(extensions: ["diff", "patch"]))
    var diff: String?

    @Option(
        help: ArgumentHelp(
            "Take what the working tree has, and this branch or commit has not.",
            discussion: """
                covtool runs 'git diff'. Staged changes and others are part of the change, and so is \
                all that was committed since this branch and the one that is checked out parted.
                """,
            valueName: "branch"))
    var compareBranch: String?

    @Option(
        help: ArgumentHelp(
            "Compare with the commit where both parted ('...'), or with the branch itself ('..').",
            valueName: "notation"))
    var diffRangeNotation = GitRepository.Range.mergeBase

    @Flag(
        help: "With --compare-branch: sources that git does not track are part of the change, too.")
    var includeUntracked = false

    func validate() throws {
        guard (diff == nil) != (compareBranch == nil) else {
            throw ValidationError("say what was changed: use --diff or --compare-branch")
        }
        if compareBranch == nil, includeUntracked || diffRangeNotation != .mergeBase {
            throw ValidationError(
                "--include-untracked and --diff-range-notation need --compare-branch")
        }
        if let compareBranch, compareBranch.isEmpty {
            throw ValidationError("--compare-branch: a branch without a name")
        }
    }

    /// Where the change is.
    var source: ChangeSource {
        compareBranch.map {
            .branch($0, diffRangeNotation, isWithUntracked: includeUntracked)
        } ?? .diff(diff ?? "-")
    }
}

extension GitRepository.Range: ExpressibleByArgument {}
