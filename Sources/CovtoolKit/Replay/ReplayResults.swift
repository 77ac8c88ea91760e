import Replay

/// Where the results of a replay go, held against what is run: a result must replace neither the program nor an input,
/// and what an earlier replay has left, or this one writes, is no input.
public struct ReplayResults: Sendable {
    /// The regular files that are there at first, by their absolute paths.
    private var files: [String: String] = [:]
    /// All files and folders, absolute and without a slash at the end; they need not be there yet.
    private var places: Set<String> = []
    /// The last parts of their names.
    private var names: Set<String> = []

    /// - Parameters:
    ///   - files: the files that results go to; what is neither a regular file nor a folder is nothing that could be lost.
    ///   - folders: the folders that results go to.
    public init(files: [String], folders: [String]) {
        for file in files where FilePath.isRegular(file) {
            self.files[FilePath.absolute(file)] = file
        }
        for path in files + folders { add(path) }
    }

    private mutating func add(_ path: String) {
        var path = FilePath.destination(path)
        guard !FilePath.exists(path) || FilePath.isRegular(path) || FilePath.isFolder(path) else {
            return
        }
        while path.hasSuffix("/"), path != "/" { path.removeLast() }
        let folder = FilePath.folder(path)
        let place = FilePath.absolute(folder.isEmpty ? "." : folder) + "/" + FilePath.name(path)
        places.insert(place)
        names.insert(FilePath.name(path))
    }

    /// The same, and another folder.
    func with(folder: String) -> ReplayResults {
        var results = self
        results.add(folder)
        return results
    }

    /// Makes sure that no result goes to what is run, or says what the inputs are.
    ///
    /// - Parameter corpus: the corpus, as ``CorpusInputs`` takes it.
    /// - Throws: ``Failure`` where one would.
    public func check(_ command: GuestCommand, corpus: [String]) throws(Failure) {
        for path in command.arguments + command.emulator + [command.plugin] {
            if FilePath.isRegular(path), let file = files[FilePath.absolute(path)] {
                throw Failure(.usage, "\(file): is what is run; name another file for the result")
            }
        }
        for name in corpus where name.hasPrefix("@") {
            if let file = files[FilePath.absolute(String(name.dropFirst()))] {
                throw Failure(
                    .usage, "\(file): is a list of inputs; name another file for the result")
            }
        }
    }

    /// The inputs without what is in one of the folders.
    ///
    /// - Throws: ``Failure`` where a result would replace an input.
    public func inputs(of all: InputList) throws(Failure) -> InputList {
        try checkInputs(all)
        return left(of: all)
    }

    /// Makes sure that no result goes to an input.
    ///
    /// - Throws: ``Failure`` where one would.
    func checkInputs(_ all: InputList) throws(Failure) {
        guard !files.isEmpty else { return }
        for input in all where names.contains(FilePath.name(input.path)) {
            if let file = files[FilePath.absolute(input.path)] {
                throw Failure(.usage, "\(file): is an input; name another file for the result")
            }
        }
    }

    /// The inputs without what is one of the files, or in one of the folders.
    func left(of all: InputList) -> InputList {
        guard !places.isEmpty else { return all }
        var inputs = InputList()
        // Inputs come by folders, of which there are few.
        var (folder, isOwn): (String?, Bool) = (nil, false)
        for input in all {
            let name = FilePath.name(input.path)
            let its = String(input.path.dropLast(name.count))
            if its != folder {
                folder = its
                let path = FilePath.absolute(its.isEmpty ? "." : its) + "/"
                isOwn = places.contains { path.hasPrefix($0 + "/") }
            }
            if isOwn { continue }
            if names.contains(name), places.contains(FilePath.absolute(input.path)) { continue }
            inputs.append(input)
        }
        return inputs
    }
}
