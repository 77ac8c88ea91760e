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
        selection.whole(selection.mappings.applied(to: path))
    }

    /// What a file of another report is called here: as it is known already, else by its own path, without `.` and
    /// `..`, which is known from now on. No file system is asked.
    mutating func path(of given: String) -> String {
        let path = SourcePath.normalised(given)
        guard !path.isEmpty else { return given }
        if let known = byPlace[place(of: path)] { return known }
        if !path.hasPrefix("/") {
            for folder in folders {
                let whole = SourcePath.normalised(path, in: folder)
                if let known = byPlace[place(of: whole)] { return known }
            }
        }
        add(path)
        return path
    }
}
