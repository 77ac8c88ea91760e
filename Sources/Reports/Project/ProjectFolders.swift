import Coverage
import Trace

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
    /// The absolute path that relative ones are seen from.
    let workingFolder: String
    private let withoutLinks: String
    /// Where relative paths can begin if they are not in the working folder, the likeliest first.
    private let origins: [String]
    private let isThere: @Sendable (String) -> Bool

    /// No folder: files are called by their whole paths.
    public init() { self.init(roots: [], workingFolder: "") }

    /// - Parameters:
    ///   - roots: absolute paths of the folders that the user named.
    ///   - workingFolder: the absolute path from which relative ones are seen. Files in no root are called by their
    ///     path from there if they are below.
    ///   - withoutLinks: the same folder's path without links, as debug information can have it.
    ///   - origins: absolute paths of folders at which relative paths can begin, too, the likeliest first.
    ///   - isThere: whether there is a file at an absolute path, by which it is known where a relative one begins.
    public init(
        roots: [String], workingFolder: String, withoutLinks: String? = nil, origins: [String] = [],
        isThere: @escaping @Sendable (String) -> Bool = { _ in false }
    ) {
        // What is in two of them is called by its longer name, which is in no other.
        var paths = Set(roots).sorted { ($0.utf8.count, $0) < ($1.utf8.count, $1) }
        // All is below the root of the file system: that says nothing, unless somebody names it.
        for folder in [workingFolder, withoutLinks ?? workingFolder]
        where folder.utf8.count > 1 && !paths.contains(folder) {
            paths.append(folder)
        }
        self.paths = paths
        self.workingFolder = workingFolder
        self.withoutLinks = withoutLinks ?? workingFolder
        (self.origins, self.isThere) = (origins, isThere)
    }

    /// What a file is called.
    func place(of path: String) -> Place {
        guard path.utf8.first != UInt8(ascii: "/") else {
            return below(path) ?? Place(folder: nil, name: path)
        }
        // Of two names of one folder, one can be below a root; of two in one root, that without links is the repository's.
        return wholePaths(of: path).compactMap(below).min { ($0.folder ?? 0) < ($1.folder ?? 0) }
            ?? Place(folder: paths.firstIndex(of: workingFolder), name: path)
    }

    /// What a relative path stands for: a file in the working folder, by both of that folder's names, unless it is not
    /// there, and is at another origin.
    private func wholePaths(of path: String) -> [String] {
        guard !workingFolder.isEmpty else { return [] }
        let here = [withoutLinks, workingFolder].map { SourcePath.normalised(path, in: $0) }
        guard !origins.isEmpty, !isThere(here[0]) else { return here }
        let there = origins.lazy.map { SourcePath.normalised(path, in: $0) }.first(where: isThere)
        return there.map { [$0] } ?? here
    }

    /// The first folder that an absolute path is below, and the rest.
    private func below(_ path: String) -> Place? {
        let bytes = path.utf8
        for (number, folder) in paths.enumerated() {
            let start = folder.hasSuffix("/") ? folder : folder + "/"
            if bytes.count > start.utf8.count, bytes.starts(with: start.utf8) {
                let name = Substring(bytes.dropFirst(start.utf8.count))
                return Place(folder: number, name: String(name))
            }
        }
        return nil
    }

    /// What files are called, each by a name of its own, as a document can hold it: of two that would have one name,
    /// the later has its whole path, or a number.
    func places(of paths: [String]) -> [Place] {
        var taken = Set<String>(minimumCapacity: paths.count)
        return paths.map { path in
            var place = place(of: path)
            var number = 1
            while !taken.insert(ProjectFolders.held(place.name)).inserted {
                place = Place(folder: nil, name: number > 1 ? "\(path) (\(number))" : path)
                number += 1
            }
            return place
        }
    }

    /// The name as XML and JSON hold it, which have no bytes that are not text, and XML no control characters.
    private static func held(_ name: String) -> String {
        guard name.utf8.contains(where: { $0 < 0x20 || $0 == 0xEF || $0 == PathText.lead }) else {
            return name
        }
        var held = ""
        for scalar in String(decoding: PathText.bytes(of: name), as: UTF8.self).unicodeScalars {
            switch scalar {
            case "\0"..<" ", "\u{FFFE}", "\u{FFFF}": held.unicodeScalars.append("\u{FFFD}")
            default: held.unicodeScalars.append(scalar)
            }
        }
        return held
    }
}

/// A document in which files are called by their places in a project.
public protocol ProjectDocument: CoverageDocument {
    /// The project's folders.
    var folders: ProjectFolders { get set }
}
