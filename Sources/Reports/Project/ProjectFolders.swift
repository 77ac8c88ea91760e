import Coverage

/// The folders that a project's sources are below: services know a file by its path from there.
public struct ProjectFolders: Sendable {
    /// Where a file is.
    struct Place: Equatable {
        /// The number of the folder that the name is seen from; nil for a path of its own.
        var folder: Int?
        /// The path from that folder, or the whole path.
        var name: String
    }

    /// Their absolute paths.
    let paths: [String]
    private let workingFolder: String

    /// No folder: files are called by their whole paths.
    public init() { self.init(roots: [], workingFolder: "") }

    /// - Parameters:
    ///   - roots: absolute paths of the folders that the user named.
    ///   - workingFolder: the absolute path from which relative ones are seen. Files in no root are called by their
    ///     path from there if they are below.
    public init(roots: [String], workingFolder: String) {
        // What is in two of them is called by its longer name, which is in no other.
        var paths = Set(roots).sorted { ($0.utf8.count, $0) < ($1.utf8.count, $1) }
        // All is below the root of the file system: that says nothing, unless somebody names it.
        if workingFolder.utf8.count > 1, !paths.contains(workingFolder) {
            paths.append(workingFolder)
        }
        self.paths = paths
        self.workingFolder = workingFolder
    }

    /// What a file is called.
    func place(of path: String) -> Place {
        let bytes = path.utf8
        guard bytes.first == UInt8(ascii: "/") else {
            return Place(folder: paths.firstIndex(of: workingFolder), name: path)
        }
        for (number, folder) in paths.enumerated() {
            let start = folder.hasSuffix("/") ? folder : folder + "/"
            if bytes.count > start.utf8.count, bytes.starts(with: start.utf8) {
                let name = Substring(bytes.dropFirst(start.utf8.count))
                return Place(folder: number, name: String(name))
            }
        }
        return Place(folder: nil, name: path)
    }

    /// What files are called, each by a name of its own: of two that would have one name, the later has its whole
    /// path.
    func places(of paths: [String]) -> [Place] {
        var taken = Set<String>(minimumCapacity: paths.count)
        return paths.map { path in
            let place = place(of: path)
            if taken.insert(place.name).inserted { return place }
            taken.insert(path)
            return Place(folder: nil, name: path)
        }
    }
}

/// A document in which files are called by their places in a project.
public protocol ProjectDocument: CoverageDocument {
    /// The project's folders.
    var folders: ProjectFolders { get set }
}
