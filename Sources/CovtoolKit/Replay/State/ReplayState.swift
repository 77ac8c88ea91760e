import Folders
import Replay
import Reports

#if canImport(Glibc)
    import Glibc
#endif

/// A folder in which a replay keeps what it has done, so that it can go on however it was ended.
public final class ReplayState: Sendable {
    private static let logName = "runs.log"
    private static let temporaryName = "tmp"
    private static let tracesName = "traces"

    /// The folder, without links and with a slash at its end.
    public let folder: String
    /// Where what is not for long goes.
    let temporaryFolder: String
    /// The path of the list of ``WrittenTraces``.
    var tracesPath: String { folder + ReplayState.tracesName }
    let log: ReplayLog
    /// The number of runs that were there at first.
    public let oldCount: Int

    /// Takes a folder, which is made where it is not there.
    ///
    /// - Parameters:
    ///   - resumes: whether it may be the state of an earlier replay.
    ///   - identity: what is run; the state of anything else is refused.
    /// - Throws: ``Failure``, also where another process uses the folder, or it is not such a folder.
    public init(
        _ path: String, resumes: Bool, of identity: ReplayIdentity, _ warnings: Warnings
    ) throws(Failure) {
        guard unsafe mkdir(path, 0o777) == 0 || errno == EEXIST else {
            throw Failure.writing(path, errno)
        }
        guard FilePath.isFolder(path) else { throw Failure.writing(path, ENOTDIR) }
        let folder = FilePath.absolute(path) + "/"
        self.folder = folder
        temporaryFolder = folder + ReplayState.temporaryName
        let names = Set(FolderNames(of: folder))
        guard names.isEmpty || names.contains(ReplayState.logName) else {
            throw Failure(
                .inputOutput,
                "\(path): is not empty, and is no state of covtool run; name a new folder")
        }
        log = try ReplayLog(folder + ReplayState.logName, folder: temporaryFolder + "/", warnings)
        oldCount = log.runCount
        if let before = log.identity {
            guard resumes else {
                throw Failure(
                    .usage,
                    """
                    \(path): is the state of an earlier run; add --resume to go on with it, or name \
                    another folder
                    """)
            }
            if let difference = identity.difference(from: before) {
                throw Failure(
                    .badData,
                    "\(path): is the state of another run: \(difference); name another folder")
            }
        } else {
            try log.append(identity: identity.bytes)
            if resumes { warnings.say("\(path): has no state yet; all inputs are run") }
        }
        // Whoever was killed has left its own there.
        FolderUsers.kill(of: temporaryFolder + "/")
        FilePath.removeAll(temporaryFolder)
    }

    /// Says what was not run again.
    public func tell(_ warnings: Warnings) {
        guard oldCount > 0 else { return }
        let count = log.takenCount
        warnings.say("\(Amount.text(count, "run was", "runs were")) in \(folder) already")
    }
}
