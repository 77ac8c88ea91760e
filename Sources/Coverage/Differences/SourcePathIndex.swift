/// Finds the source files of a report by paths that have another beginning there: those of a diff begin at the
/// root of what it compares, those of debug information mostly at the root of the file system.
public struct SourcePathIndex: Sendable {
    /// What a path stands for.
    public enum Match: Equatable, Sendable {
        /// The file of this number.
        case file(Int)
        /// Several files could be it.
        case several([Int])
        /// There is no such file.
        case none
    }

    private let paths: [String]
    private let folder: String
    private var byWholePath: [String: Int] = [:]
    private var byName: [String: [Int]] = [:]

    /// - Parameters:
    ///   - paths: of the report's files, which are numbered in this order.
    ///   - folder: the absolute path of the folder from which relative paths are seen.
    public init(_ paths: [String], in folder: String) {
        self.paths = paths
        self.folder = folder
        for (number, path) in paths.enumerated() {
            let whole = SourcePath.normalised(path, in: folder)
            if byWholePath.updateValue(number, forKey: whole) == nil {
                byName[SourcePath.baseName(whole), default: []].append(number)
            }
        }
    }

    /// The file that has this very path.
    public func number(at path: String) -> Int? {
        byWholePath[SourcePath.normalised(path, in: folder)]
    }

    /// What a path stands for: the file below one of the roots; else the only one whose path ends in it; else the
    /// only one with a relative path that it ends in. Part of an end is not enough: `test/main.c` is not
    /// `src/main.c`.
    ///
    /// - Parameters:
    ///   - path: without `.` and `..`.
    ///   - roots: absolute paths of folders from which it could be seen, the likeliest first.
    public func match(_ path: String, roots: [String]) -> Match {
        for root in roots {
            if let number = byWholePath[SourcePath.normalised(path, in: root)] {
                return .file(number)
            }
        }
        let named = byName[SourcePath.baseName(path)] ?? []
        let end = "/" + path
        let longer = named.filter { SourcePath.normalised(paths[$0], in: folder).hasSuffix(end) }
        if !longer.isEmpty { return longer.count == 1 ? .file(longer[0]) : .several(longer) }
        let shorter = named.filter {
            !paths[$0].hasPrefix("/") && end.hasSuffix("/" + SourcePath.normalised(paths[$0]))
        }
        return shorter.count > 1 ? .several(shorter) : shorter.first.map(Match.file) ?? .none
    }
}

/// A file of a diff whose path stands for no source file of a report, or for several.
public struct DiffStranger: Equatable, Sendable {
    /// The path in the diff.
    public var path: String
    /// The paths of files that it could be.
    public var candidates: [String]
}
