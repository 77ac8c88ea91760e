import Coverage

/// Leaves out of reports what markers in the sources say, as far as these can be read.
struct MarkedSources {
    /// Nil where nothing is to be read.
    private let sources: SourceFolders?
    private let warnings: Warnings
    /// Whether those for branches alone are followed.
    private let hasBranches: Bool
    /// Of two reports on the same sources, one is enough to say it.
    private var said: Set<String> = []
    /// What was found, by path.
    private(set) var known: [String: ExclusionMarkers] = [:]

    init(_ sources: SourceFolders?, hasBranches: Bool, _ warnings: Warnings) {
        self.hasBranches = hasBranches
        self.sources = sources?.isEmpty == false ? sources : nil
        self.warnings = warnings
    }

    /// The same files without what is marked.
    mutating func leaveOut(of files: [SourceCoverage.File]) throws(Failure) -> [SourceCoverage.File]
    {
        guard let sources else { return files }
        var left: [SourceCoverage.File] = []
        for var file in files {
            let markers = try markers(in: file, sources)
            guard !markers.isEmpty else {
                left.append(file)
                continue
            }
            let wrong = file.leaveOut(markers)
            if let first = wrong.first {
                let rest = wrong.count > 1 ? ", and so were \(wrong.count - 1) more" : ""
                try warn(
                    "\(file.path):\(first): is marked as unreachable but was executed\(rest)")
            }
            if !file.lines.isEmpty || !file.functions.isEmpty { left.append(file) }
        }
        return left
    }

    private mutating func markers(in file: SourceCoverage.File, _ sources: SourceFolders)
        throws(Failure) -> ExclusionMarkers
    {
        if let found = known[file.path] { return found }
        // What is no source, or cannot be read, has no markers.
        let source = file.isSource ? (try? sources.bytes(of: file.path)) ?? [] : []
        var found = ExclusionMarkers(source.span, hasBranches: hasBranches)
        for problem in found.misfits { try warn("\(file.path):\(problem.text)") }
        if !found.isEmpty, let last = file.lines.last?.line, last > found.lineCount {
            try warn(
                """
                \(file.path): code is on line \(last), the source has \(found.lineCount): it is \
                another version, and its markers are not used
                """)
            found = ExclusionMarkers([UInt8]().span)
        }
        known[file.path] = found
        return found
    }

    private mutating func warn(_ message: String) throws(Failure) {
        if said.insert(message).inserted { try warnings.warn(message) }
    }
}

extension ExclusionMarkers.Misfit {
    fileprivate var text: String {
        let name = "LCOV_\(kind.rawValue)"
        return switch reason {
        case .neverStarted: "\(line): \(name)_STOP without \(name)_START"
        case .neverStopped:
            "\(line): \(name)_START without \(name)_STOP: the part ends with the file"
        case .insideOf(let start):
            "\(line): \(name)_START inside the part that begins on line \(start)"
        }
    }
}
