import Coverage

/// Reads the sources that can have labels without code, as far as they are in the folders that were named.
struct LabelSources {
    private let folders: SourceFolders
    private let selection: SourceSelection
    /// By path; nil for a source that cannot be read.
    private var known: [String: SwitchLabels?] = [:]

    /// - Throws: ``Failure`` for a folder that is not there.
    init(_ rules: SourceRules) throws(Failure) {
        folders = try SourceFolders(rules.roots)
        selection = rules.selection
    }

    /// Whether there was a source that could not be read.
    private(set) var hasUnread = false

    /// The labels of `switch` statements, by the file's number in the table.
    mutating func switches(in table: LineTable) -> [Int32: SwitchLabels] {
        var found: [Int32: SwitchLabels] = [:]
        for file in table.filesOfC {
            guard let path = selection.path(of: table.files[Int(file)]) else { continue }
            guard !folders.isEmpty else {
                hasUnread = true
                break
            }
            let labels: SwitchLabels?
            if let before = known[path] {
                labels = before
            } else {
                labels = (try? folders.bytes(of: path)).map { SwitchLabels($0) }
                known[path] = .some(labels)
                if labels == nil { hasUnread = true }
            }
            if let labels, !labels.isEmpty { found[file] = labels }
        }
        return found
    }
}
