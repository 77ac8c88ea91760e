import Folders

#if canImport(Glibc)
    import Glibc
#endif

/// The inputs that a program is run on.
public struct CorpusInputs {
    /// In the order in which they were named, a folder's by name; one that has nothing in it where none was named.
    public private(set) var inputs = InputList()
    /// Folders of the name that is looked at, without links: none is entered twice, though links lead to it.
    private var entered: Set<String> = []
    private let warnings: Warnings?

    /// The inputs that names stand for: files, folders, archives, and lists of them (`@FILE`).
    ///
    /// Of a folder all files are taken, those of its folders too, but neither hidden ones nor AFL's `README.txt`. Of
    /// AFL's output folder, or that of one of its instances, the folders `queue`, `crashes` and `hangs` are taken, those
    /// that AFL has put aside too. An archive that is named is taken as a folder; one that is in a folder is an input. A
    /// folder to which several links lead is taken once.
    ///
    /// - Parameter warnings: take what is left out.
    /// - Throws: ``Failure`` where something is not there, an archive is broken, or a folder or archive has no input.
    public init(_ names: [String], _ warnings: Warnings? = nil) throws(Failure) {
        self.warnings = warnings
        guard !names.isEmpty else {
            inputs.append(ReplayInput(path: "/dev/null"))
            return
        }
        for name in names {
            if name.hasPrefix("@") {
                let entries = try TraceInputs.list(String(name.dropFirst()))
                guard !entries.isEmpty else {
                    throw Failure(.missingInput, "\(name.dropFirst()): no name is in this list")
                }
                for entry in entries { try add(entry) }
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
            guard !ArchiveReader.isArchive(name) else { return try add(archive: name) }
            return inputs.append(ReplayInput(path: name))
        }
        let before = inputs.count
        entered = []
        try add(folder: name.hasSuffix("/") ? name : name + "/")
        if inputs.count == before {
            throw Failure(.missingInput, "\(name): no input is in this folder")
        }
    }

    private mutating func add(archive path: String) throws(Failure) {
        let archive = CorpusArchive(path)
        let (files, loose) = try archive.files()
        let paths = InputPaths(files.lazy.map(\.path))
        let before = inputs.count
        for file in files where paths.isInput(file.path) {
            inputs.append(ReplayInput(file, of: archive))
        }
        let leftOut = loose.filter(paths.isInput)
        if let first = leftOut.first {
            let others = leftOut.count > 1 ? ", and \(leftOut.count - 1) more" : ""
            try warnings?.warn(
                "\(path):\(first): is a link to no file in this archive; it is left out\(others)")
        }
        if inputs.count == before {
            throw Failure(.missingInput, "\(path): no input is in this archive")
        }
    }

    private mutating func add(folder: String) throws(Failure) {
        guard unsafe access(folder, R_OK | X_OK) == 0 else { throw Failure.reading(folder, errno) }
        guard entered.insert(FilePath.absolute(folder)).inserted else { return }
        let names = FolderNames(of: folder)
        if CorpusInputs.isOfAFL(folder) {
            for part in InputPaths.ofAFL {
                for name in names where InputPaths.isOfAFL(name, as: part) {
                    // Somebody's archive of one can be called so.
                    guard !FilePath.isRegular(folder + name) else { continue }
                    try add(folder: folder + name + "/")
                }
            }
            return
        }
        let instances = names.filter {
            !$0.hasPrefix(".") && CorpusInputs.isOfAFL("\(folder)\($0)/")
        }
        if instances.isEmpty { try add(names, of: folder) }
        for instance in instances { try add(folder: folder + instance + "/") }
    }

    private mutating func add(_ names: FolderNames, of folder: String) throws(Failure) {
        inputs.reserve(names.count, bytes: names.byteCount + names.count * folder.utf8.count)
        for name in names where !name.hasPrefix(".") {
            if FilePath.isFolder(folder + name) {
                try add(folder: folder + name + "/")
            } else if name != InputPaths.readme, FilePath.isRegular(folder + name) {
                inputs.append(ReplayInput(path: folder + name))
            }
        }
    }

    /// Whether a folder is an instance's of AFL: others can have a folder called queue, too.
    private static func isOfAFL(_ folder: String) -> Bool {
        let queue = folder + InputPaths.ofAFL[0]
        guard FilePath.isFolder(queue) else { return false }
        return InputPaths.marksOfAFL.contains { FilePath.exists(folder + $0) }
            || FolderNames(of: queue).contains(where: InputPaths.isOfQueue)
    }
}
