/// The paths of source files that are known, among which those of another report are looked for: they can be relative,
/// or have a `.` or `..` in them.
struct KnownPaths {
    private let selection: SourceSelection
    /// Where relative paths could be seen from, the likeliest first.
    private let folders: [String]
    /// By the whole path, as its mapping has it.
    private var byPlace: [String: String] = [:]

    /// - Parameters:
    ///   - roots: absolute paths of folders beside the working folder from which relative paths could be seen.
    ///   - others: the paths that will be looked for, among which known relative ones are looked for.
    init(
        _ paths: Set<String>, _ selection: SourceSelection, roots: [String],
        besides others: [String]
    ) {
        self.selection = selection
        folders = [selection.folder] + roots
        let paths = paths.sorted()
        for path in paths { add(path) }
        let relative = paths.filter { !selection.mappings.applied(to: $0).hasPrefix("/") }
        guard !relative.isEmpty else { return }
        let places = Set(others.lazy.filter { $0.hasPrefix("/") }.map(place))
        for path in relative {
            let mapped = selection.mappings.applied(to: path)
            let wholes = folders.lazy.map { SourcePath.normalised(mapped, in: $0) }
            if let place = wholes.first(where: places.contains), byPlace[place] == nil {
                byPlace[place] = path
            }
        }
    }

    private mutating func add(_ path: String) {
        let place = place(of: path)
        if byPlace[place] == nil { byPlace[place] = path }
    }

    private func place(of path: String) -> String {
        let mapped = selection.mappings.applied(to: path)
        return KnownPaths.isNormalised(mapped) ? mapped : selection.whole(mapped)
    }

    /// Whether an absolute path has nothing to normalise, which is faster to see than to do.
    private static func isNormalised(_ path: String) -> Bool {
        guard path.utf8.first == UInt8(ascii: "/") else { return false }
        var isStart = false
        for byte in path.utf8 {
            if isStart, byte == UInt8(ascii: "/") || byte == UInt8(ascii: ".") { return false }
            isStart = byte == UInt8(ascii: "/")
        }
        return !isStart
    }

    /// What a file of another report is called here: as it is known already, else by its own path, without `.` and
    /// `..`, which is known from now on. No file system is asked.
    mutating func path(of given: String) -> String {
        let path = KnownPaths.isNormalised(given) ? given : SourcePath.normalised(given)
        guard !path.isEmpty else { return given }
        let place = place(of: path)
        if let known = byPlace[place] { return known }
        if !path.hasPrefix("/") {
            for folder in folders {
                let whole = SourcePath.normalised(path, in: folder)
                if let known = byPlace[self.place(of: whole)] { return known }
            }
        }
        byPlace[place] = path
        return path
    }
}

extension [SourceCoverage.File] {
    /// The files of a baseline, each under the path that a later version's report has for it: relative paths are found
    /// as those of another report are.
    ///
    /// - Parameters:
    ///   - later: the later version's files.
    ///   - folder: the absolute path of the folder from which relative paths are seen.
    ///   - roots: absolute paths of folders beside it.
    public func named(as later: [SourceCoverage.File], in folder: String, roots: [String])
        -> [SourceCoverage.File]
    {
        var selection = SourceSelection()
        selection.folder = folder
        var paths = KnownPaths(
            Set(later.map(\.path)), selection, roots: roots, besides: map(\.path))
        var files = self
        for isWhole in [true, false] {
            for number in files.indices where files[number].path.hasPrefix("/") == isWhole {
                files[number].path = paths.path(of: files[number].path)
            }
        }
        return files
    }
}
