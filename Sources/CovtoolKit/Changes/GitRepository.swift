import Coverage
import Replay
import Trace

/// The repository of the working folder, as git knows it.
public struct GitRepository: Sendable {
    /// With what of a branch the working tree is compared, in git's notation for ranges.
    public enum Range: String, CaseIterable, Sendable {
        /// The commit at which the branch and what is checked out parted: only what was done here is a change.
        case mergeBase = "..."
        /// The branch itself: what was done there is undone by the change.
        case branch = ".."
    }

    private let git: String
    /// The root of the working tree, without links and as the shell calls it.
    let roots: [String]

    /// Finds git, and the repository.
    ///
    /// - Throws: ``Failure`` if one of them is not there.
    public init() throws(Failure) {
        guard let git = EmulatorChoice.found("git") else {
            throw Failure(
                .missingInput, "git: is not on the PATH; give the changes with --diff FILE")
        }
        self.git = git
        let root = try GitRepository.line(git, ["rev-parse", "--show-toplevel"])
        let upwards = try GitRepository.line(git, ["rev-parse", "--show-cdup"])
        let named = SourcePath.normalised(upwards, in: FilePath.workingFolder)
        // Up from a link to a folder inside, the shell comes to another place.
        roots = FilePath.areSame(root, named) ? [root, named] : [root]
    }

    /// What the working tree, with what is staged and what is not, has changed.
    ///
    /// - Parameters:
    ///   - branch: or any other name of a commit.
    ///   - isWithUntracked: whether sources count as new that git was never told of.
    /// - Throws: ``Failure`` if there is no such commit, or git fails.
    public func changes(since branch: String, _ range: Range, isWithUntracked: Bool) throws(Failure)
        -> UnifiedDiff
    {
        var commit = try commit(branch)
        if range == .mergeBase {
            let output = try run(["merge-base", commit, "HEAD"], isStatusOne: true)
            guard let line = GitRepository.firstLine(output.bytes) else {
                throw Failure(
                    .missingInput,
                    """
                    \(branch): has no commit in common with what is checked out; a shallow clone needs \
                    'git fetch --unshallow', GitHub's actions/checkout fetch-depth: 0
                    """)
            }
            commit = line
        }
        // Whatever the user has set, lines are those of the files, and the form is the usual one; a file that
        // attributes make binary has lines, too.
        let bytes = try run([
            "diff", "--no-ext-diff", "--no-textconv", "--text", "--no-color", "--unified=0",
            "--find-renames", "--src-prefix=a/", "--dst-prefix=b/", "--submodule=short", commit,
            "--",
        ]).bytes
        var diff: UnifiedDiff
        do throws(UnifiedDiff.Damage) {
            diff = try UnifiedDiff(bytes)
        } catch {
            throw Failure(.badData, "git diff: \(error.text)")
        }
        if isWithUntracked { try addUntracked(to: &diff) }
        return diff
    }

    private func commit(_ name: String) throws(Failure) -> String {
        let words = ["rev-parse", "--verify", "--quiet", "--end-of-options", name + "^{commit}"]
        guard let line = GitRepository.firstLine(try run(words, isStatusOne: true).bytes) else {
            throw Failure(
                .missingInput,
                """
                \(name): git knows no such branch or commit (get it with 'git fetch'; with GitHub's \
                actions/checkout, set fetch-depth: 0)
                """)
        }
        return line
    }

    private func addUntracked(to diff: inout UnifiedDiff) throws(Failure) {
        let folders = try SourceFolders([roots[0]])
        let list = try run(["ls-files", "--others", "--exclude-standard", "-z"]).bytes
        for name in list.split(separator: 0) {
            let path = PathText.text(name)
            guard SourcePath.isSource(path) || StatementLines.isKnown(path),
                let bytes = try? folders.bytes(of: roots[0] + "/" + path)
            else { continue }
            diff.addNewFile(path, bytes)
        }
    }

    /// Runs git at the root of the working tree.
    ///
    /// - Parameter isStatusOne: whether git says no by exit status 1.
    private func run(_ words: [String], isStatusOne: Bool = false) throws(Failure)
        -> ProgramRun.Output
    {
        try GitRepository.run(git, ["-C", roots[0]] + words, isStatusOne: isStatusOne)
    }

    private static func run(_ git: String, _ words: [String], isStatusOne: Bool = false)
        throws(Failure) -> ProgramRun.Output
    {
        guard let output = ProgramRun.output(of: [git] + words) else {
            throw Failure(.missingInput, "\(git): cannot be run")
        }
        if output.end == .done(status: 0) || isStatusOne && output.end == .done(status: 1) {
            return output
        }
        throw Failure(
            .missingInput,
            "git: \(complaint(output.errors) ?? "git \(words.joined(separator: " ")) failed")")
    }

    /// Lines of git's that are told, behind the first one, which says what is wrong.
    private static let mostLines = 4

    /// What git says is wrong, with what it advises, in one line.
    private static func complaint(_ errors: [UInt8]) -> String? {
        let lines = errors.split(separator: UInt8(ascii: "\n")).map { PathText.text($0) }
        let marks = ["fatal: ", "error: "]
        let start = lines.firstIndex { line in marks.contains(where: line.hasPrefix) } ?? 0
        let words = lines[start...].prefix(mostLines).map { line in
            let mark = marks.first(where: line.hasPrefix) ?? ""
            return line.dropFirst(mark.count).split { $0 == " " || $0 == "\t" }.joined(
                separator: " ")
        }
        return words.isEmpty ? nil : words.joined(separator: " ")
    }

    private static func line(_ git: String, _ words: [String]) throws(Failure) -> String {
        let line = try run(git, words).bytes.prefix { $0 != UInt8(ascii: "\n") }
        return PathText.text(line)
    }

    private static func firstLine(_ bytes: [UInt8]) -> String? {
        let line = bytes.prefix { $0 != UInt8(ascii: "\n") }
        return line.isEmpty ? nil : PathText.text(line)
    }
}
