import Coverage

/// Codecov's own JSON ("Codecov Custom Coverage Format" in its documentation): how often each line with code was
/// executed.
public struct CodecovReport: ProjectDocument {
    /// The project's folders.
    public var folders = ProjectFolders()

    /// A document of whole paths.
    public init() {}

    /// Writes the document.
    public func write(_ coverage: ReportedCoverage, to output: inout some TextOutputStream) {
        var json = JSONWriter()
        json.beginObject("coverage", .lines)
        let files = coverage.files.filter { !$0.lines.isEmpty }
        for (file, place) in zip(files, folders.places(of: files.map(\.path))) {
            json.beginObject(named: place.name)
            var branches = BranchWalk(file.branches)
            for line in file.lines {
                let count = branches.count(of: line.line)
                // Of a line that was not executed, that is what is said.
                if count.found > 0, line.hits > 0 {
                    json.member(numbered: line.line, "\(count.hit)/\(count.found)")
                } else {
                    json.member(numbered: line.line, line.hits)
                }
                json.flush(to: &output)
            }
            json.endObject()
        }
        json.endObject()
        json.end(to: &output)
    }
}
