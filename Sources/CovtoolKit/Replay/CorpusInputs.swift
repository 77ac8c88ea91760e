#if canImport(Glibc)
    import Glibc
#endif

/// The inputs that a program is run on.
public struct CorpusInputs {
    /// In the order in which they were named, a folder's by name; one that has nothing in it where none was named.
    public private(set) var inputs: [ReplayInput] = []

    /// Folders of AFL's output that have inputs.
    private static let ofAFL = ["queue", "crashes", "hangs"]
    /// What AFL writes beside its inputs.
    private static let readme = "README.txt"

    /// The inputs that names stand for: files, folders, and lists of them (`@FILE`).
    ///
    /// Of a folder all files are taken, those of its folders too, but neither hidden ones nor AFL's `README.txt`. Of
    /// AFL's output folder, or that of one of its instances, the folders `queue`, `crashes` and `hangs` are taken.
    ///
    /// - Throws: ``Failure`` where something is not there, or a folder has no input.
    public init(_ names: [String]) throws(Failure) {
        guard !names.isEmpty else {
            inputs = [ReplayInput(path: "/dev/null")]
            return
        }
        for name in names {
            if name.hasPrefix("@") {
                for entry in try TraceInputs.list(String(name.dropFirst())) { try add(entry) }
            } else {
                try add(name)
            }
        }
    }

    private mutating func add(_ name: String) throws(Failure) {
        guard FilePath.isFolder(name) else {
            guard unsafe access(name, R_OK) == 0 else { throw Failure.reading(name, errno) }
            guard FilePath.isRegular(name) else {
                throw Failure(.badData, "\(name): is not a regular file")
            }
            return inputs.append(ReplayInput(path: name))
        }
        let before = inputs.count
        try add(folder: name.hasSuffix("/") ? name : name + "/")
        if inputs.count == before {
            throw Failure(.missingInput, "\(name): no input is in this folder")
        }
    }

    private mutating func add(folder: String) throws(Failure) {
        guard unsafe access(folder, R_OK | X_OK) == 0 else { throw Failure.reading(folder, errno) }
        let names = FilePath.names(in: folder).filter { !$0.hasPrefix(".") }
        if FilePath.isFolder(folder + "queue") {
            for part in CorpusInputs.ofAFL where names.contains(part) {
                try add(folder: folder + part + "/")
            }
            return
        }
        let instances = names.filter { FilePath.isFolder("\(folder)\($0)/queue") }
        for name in instances.isEmpty ? names : instances {
            if FilePath.isFolder(folder + name) {
                try add(folder: folder + name + "/")
            } else if name != CorpusInputs.readme, FilePath.isRegular(folder + name) {
                inputs.append(ReplayInput(path: folder + name))
            }
        }
    }
}
