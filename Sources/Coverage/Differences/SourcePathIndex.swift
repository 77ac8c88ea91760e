import Trace

/// Finds the source files of a report by paths that have another beginning there: those of a diff begin at the
/// root of what it compares, those of debug information mostly at the root of the file system.
///
/// However many files have one name, a path is found in a time that grows with its own length alone.
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

    private let folder: String
    private var byWholePath: [String: Int] = [:]
    /// The files' whole paths backwards, in order, so that those with one end stand together.
    private let byEnd: [(backwards: [UInt8], number: Int)]
    /// The files with relative paths.
    private var byRelativePath: [String: [Int]] = [:]

    /// - Parameters:
    ///   - paths: of the report's files, which are numbered in this order.
    ///   - folder: the absolute path of the folder from which relative paths are seen.
    public init(_ paths: [String], in folder: String) {
        self.folder = folder
        var byEnd: [(backwards: [UInt8], number: Int)] = []
        for (number, path) in paths.enumerated() {
            let whole = SourcePath.normalised(path, in: folder)
            guard byWholePath[whole] == nil else { continue }
            byWholePath[whole] = number
            byEnd.append((Array(whole.utf8.reversed()), number))
            if !path.hasPrefix("/") {
                byRelativePath[SourcePath.normalised(path), default: []].append(number)
            }
        }
        byEnd.sort { $0.backwards.lexicographicallyPrecedes($1.backwards) }
        self.byEnd = byEnd
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
        let longer = numbers(endingIn: path)
        if !longer.isEmpty { return longer.count == 1 ? .file(longer[0]) : .several(longer) }
        let parts = path.split(separator: "/")
        let shorter = parts.indices.flatMap { start in
            byRelativePath[parts[start...].joined(separator: "/")] ?? []
        }
        return shorter.count > 1
            ? .several(shorter.sorted()) : shorter.first.map(Match.file) ?? .none
    }

    /// The files whose whole paths end in a path, with a slash before it.
    private func numbers(endingIn path: String) -> [Int] {
        let end = Array(path.utf8.reversed()) + [UInt8(ascii: "/")]
        let first = byEnd.partitioningIndex { !$0.backwards.lexicographicallyPrecedes(end) }
        return byEnd[first...].prefix { $0.backwards.starts(with: end) }.map(\.number).sorted()
    }
}

/// A file of a diff whose path stands for no source file of a report, or for several.
public struct DiffStranger: Equatable, Sendable {
    /// The path in the diff.
    public var path: String
    /// The paths of files that it could be.
    public var candidates: [String]
}
