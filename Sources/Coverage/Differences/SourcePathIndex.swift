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
    /// The files' whole paths by their numbers, and whether the folder before them is only a guess.
    private var places: [(whole: String, isRelative: Bool)] = []
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
            places.append((whole, !path.hasPrefix("/")))
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
    /// `src/main.c`. Where it is known at which root the path begins, files with another path from there are left
    /// out: if the root has both `main.c` and `src/main.c`, no `src/main.c` stands for the former.
    ///
    /// - Parameters:
    ///   - path: without `.` and `..`.
    ///   - roots: from which it could be seen.
    ///   - newPath: of the same file, if the path is that of an old version.
    public func match(_ path: String, _ roots: DiffRoots, newPath: String? = nil) -> Match {
        let known = roots.known(for: newPath ?? path)
        for (place, root) in roots.paths.enumerated() {
            let whole = SourcePath.normalised(path, in: root)
            guard let number = byWholePath[whole] else { continue }
            let likelier = roots.paths[..<place].filter { known.contains($0) }
            if !likelier.contains(where: { SourcePathIndex.isBelow(whole, $0) }) {
                return .file(number)
            }
        }
        let parts = path.split(separator: "/")
        let longer = numbers(endingIn: path).filter {
            !isOther($0, than: path, parts.count + 1, known, roots)
        }
        if !longer.isEmpty { return longer.count == 1 ? .file(longer[0]) : .several(longer) }
        let shorter = parts.indices.flatMap { start in
            (byRelativePath[parts[start...].joined(separator: "/")] ?? []).filter {
                !isOther($0, than: path, parts.count - start, known, roots)
            }
        }
        return shorter.count > 1
            ? .several(shorter.sorted()) : shorter.first.map(Match.file) ?? .none
    }

    /// Whether a file has another path from one of the roots that are known.
    ///
    /// - Parameter least: of how many components that path is, if the file was built elsewhere.
    private func isOther(
        _ number: Int, than path: String, _ least: Int, _ known: [String], _ roots: DiffRoots
    ) -> Bool {
        guard !known.isEmpty else { return false }
        let (whole, isRelative) = places[number]
        let parts = whole.split(separator: "/")
        return known.contains { root in
            if SourcePathIndex.isBelow(whole, root), !isRelative || roots.isThere(whole) {
                return true
            }
            guard least <= parts.count else { return false }
            return (least...parts.count).contains { count in
                let end = parts.suffix(count).joined(separator: "/")
                return end != path && roots.isThere(SourcePath.normalised(end, in: root))
            }
        }
    }

    private static func isBelow(_ path: String, _ folder: String) -> Bool {
        path.hasPrefix(folder.hasSuffix("/") ? folder : folder + "/")
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
