import Coverage

/// Puts classes into packages, and packages into parts.
struct CoberturaParts {
    /// What a document has beside its sources and packages, at most.
    private static let frame = 1024

    private let report: CoberturaReport
    private var parts: [[UInt8]] = []

    // Of the part that is being made.
    private var sources: [Int] = []
    private var packages = XMLBuffer()
    private var lines = SourceCoverage.Count()
    private var branches = SourceCoverage.Count()
    /// What it will have, at most.
    private var size = CoberturaParts.frame

    // Of the package that is being made.
    private var package: String?
    private var classes = XMLBuffer()
    private var packageLines = SourceCoverage.Count()
    private var packageBranches = SourceCoverage.Count()

    init(_ report: CoberturaReport) { self.report = report }

    /// The bytes that a class of this package can have in a part.
    func room(inPackage package: String, source: Int?) -> Int {
        report.limits.bytes - CoberturaParts.frame - cost(ofPackage: package)
            - (source.map(cost(ofSource:)) ?? 0)
    }

    /// Adds a class to the part, or to the next one where the part would have too much.
    mutating func add(_ piece: CoberturaClass.Piece, package: String, source: Int?) {
        if isTooMuch(piece, package, source) { finishPart(isLast: false) }
        size += piece.xml.count
        if let source, !sources.contains(source) {
            sources.append(source)
            size += cost(ofSource: source)
        }
        if package != self.package {
            finishPackage()
            self.package = package
            size += cost(ofPackage: package)
        }
        classes.add(piece.xml)
        packageLines += piece.lines
        packageBranches += piece.branches
    }

    /// All parts.
    mutating func finished() -> [[UInt8]] {
        finishPart(isLast: true)
        return parts
    }

    private func isTooMuch(_ piece: CoberturaClass.Piece, _ package: String, _ source: Int?) -> Bool
    {
        guard self.package != nil else { return false }
        var added = piece.xml.count
        if package != self.package { added += cost(ofPackage: package) }
        if let source, !sources.contains(source) {
            added += cost(ofSource: source)
            if sources.count >= report.limits.sources { return true }
        }
        return size + added > report.limits.bytes
    }

    private mutating func finishPackage() {
        guard let package else { return }
        packages.add("<package")
        packages.add("name", CoberturaParts.name(ofPackage: package))
        packages.addRates(packageLines, packageBranches)
        packages.add(">\n<classes>\n")
        packages.add(classes)
        packages.add("</classes>\n</package>\n")
        lines += packageLines
        branches += packageBranches
        self.package = nil
        classes.removeAll()
        (packageLines, packageBranches) = (SourceCoverage.Count(), SourceCoverage.Count())
    }

    private mutating func finishPart(isLast: Bool) {
        finishPackage()
        var part = XMLBuffer()
        let isOnly = isLast && parts.isEmpty
        part.add(
            markup: isOnly
                ? CoberturaReport.declaration
                : CoberturaReport.beginning(ofPart: parts.count + 1))
        part.add("<coverage")
        part.addRates(lines, branches)
        part.add("lines-covered", lines.hit)
        part.add("lines-valid", lines.found)
        part.add("branches-covered", branches.hit)
        part.add("branches-valid", branches.found)
        part.add(" version=\"covtool\"")
        part.add("timestamp", "\(report.timestamp)")
        part.add(">\n<sources>\n")
        // Readers want one, even if all paths are whole.
        for source in sources.isEmpty ? ["/"] : sources.sorted().map({ report.folders.paths[$0] }) {
            part.add("<source>")
            part.add(text: source)
            part.add("</source>\n")
        }
        part.add("</sources>\n<packages>\n")
        part.add(packages)
        part.add("</packages>\n</coverage>\n")
        parts.append(part.bytes)
        (sources, lines, size) = ([], SourceCoverage.Count(), CoberturaParts.frame)
        branches = SourceCoverage.Count()
        packages.removeAll()
    }

    /// A folder without its slash; the root's is its name.
    private static func name(ofPackage folder: String) -> String {
        folder.utf8.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
    }

    private func cost(ofPackage folder: String) -> Int { CoberturaParts.cost(folder) }

    private func cost(ofSource number: Int) -> Int {
        CoberturaParts.cost(report.folders.paths[number])
    }

    /// An element with a name, at most.
    private static func cost(_ name: String) -> Int {
        var xml = XMLBuffer()
        xml.add(text: name)
        return xml.count + 160
    }
}
