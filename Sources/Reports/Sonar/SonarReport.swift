import Coverage

/// SonarQube's generic coverage ("Generic test data" in its documentation): whether each line with code was executed.
public struct SonarReport: ProjectDocument {
    /// The project's folders.
    public var folders = ProjectFolders()

    /// A document of whole paths.
    public init() {}

    /// Writes the document.
    public func write(_ coverage: ReportedCoverage, to output: inout some TextOutputStream) {
        var xml = XMLBuffer()
        xml.add("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<coverage version=\"1\">\n")
        let files = coverage.files.filter { !$0.lines.isEmpty }
        for (file, place) in zip(files, folders.places(of: files.map(\.path))) {
            xml.add("<file")
            xml.add("path", place.name)
            xml.add(">\n")
            var branches = BranchWalk(file.branches)
            for line in file.lines {
                xml.add("<lineToCover")
                xml.add("lineNumber", line.line)
                xml.add(line.hits > 0 ? " covered=\"true\"" : " covered=\"false\"")
                let count = branches.count(of: line.line)
                if count.found > 0 {
                    xml.add("branchesToCover", count.found)
                    xml.add("coveredBranches", count.hit)
                }
                xml.add("/>\n")
                xml.flush(to: &output)
            }
            xml.add("</file>\n")
        }
        xml.add("</coverage>\n")
        xml.flush(to: &output, isEnd: true)
    }
}
