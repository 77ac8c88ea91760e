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
    init(_ paths: Set<String>, _ selection: SourceSelection, roots: [String]) {
        self.selection = selection
        folders = [selection.folder] + roots
        for path in paths.sorted() { add(path) }
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
