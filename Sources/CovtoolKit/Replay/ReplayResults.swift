import Replay

/// Where the results of a replay go, held against what is run: a result must replace neither the program nor an input,
/// and what an earlier replay has left is no input.
public struct ReplayResults {
    /// Those that are there, by their absolute paths.
    private var files: [String: String] = [:]
    /// The last parts of their names.
    private var fileNames: Set<String> = []
    /// Absolute, with a slash at the end.
    private let folders: [String]

    /// - Parameters:
    ///   - files: the files that results go to; what is no regular file is nothing that could be lost.
    ///   - folders: the folders that results go to.
    public init(files: [String], folders: [String]) {
        for file in files where FilePath.isRegular(file) {
            let path = FilePath.absolute(file)
            self.files[path] = file
            fileNames.insert(FilePath.name(path))
        }
        self.folders = folders.filter(FilePath.isFolder).map { FilePath.absolute($0) + "/" }
    }

    /// Makes sure that no result goes to what is run.
    ///
    /// - Throws: ``Failure`` where one would.
    public func check(_ command: GuestCommand) throws(Failure) {
        for path in command.arguments + command.emulator + [command.plugin] {
            if FilePath.isRegular(path), let file = files[FilePath.absolute(path)] {
                throw Failure(.usage, "\(file): is what is run; name another file for the result")
            }
        }
    }

    /// The inputs without what is in one of the folders.
    ///
    /// - Throws: ``Failure`` where a result would replace an input.
    public func inputs(of all: InputList) throws(Failure) -> InputList {
        guard !files.isEmpty || !folders.isEmpty else { return all }
        var inputs = InputList()
        // Inputs come by folders, of which there are few.
        var (folder, isOwn) = ("", false)
        for input in all {
            let name = FilePath.name(input.name)
            if fileNames.contains(name), let file = files[FilePath.absolute(input.name)] {
                throw Failure(.usage, "\(file): is an input; name another file for the result")
            }
            let its = String(input.name.dropLast(name.count))
            if its != folder || inputs.isEmpty {
                folder = its
                let path = FilePath.absolute(its.isEmpty ? "." : its) + "/"
                isOwn = folders.contains { path.hasPrefix($0) }
            }
            if !isOwn { inputs.append(input) }
        }
        return inputs
    }
}
