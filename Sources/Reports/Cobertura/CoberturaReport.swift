import Coverage

/// Coverage as Cobertura's XML (coverage-04.dtd), which GitLab, Jenkins and Azure read: a package for each folder, a class
/// for each file, a method for each function.
///
/// GitLab takes files of up to 10 MiB with up to 100 sources, and as many as there are: a larger report is split.
public struct CoberturaReport: Sendable {
    /// What a part may have.
    public struct Limits: Sendable {
        /// Its size in bytes. A part that has one line or one function alone can be larger.
        public var bytes = 19 << 19
        /// The folders that files are seen from.
        public var sources = 100
    }

    /// The project's folders.
    public var folders = ProjectFolders()
    /// When the report was made, in milliseconds since 1970. 0 says nothing, so that the same trace gives the same
    /// report.
    public var timestamp: UInt64 = 0
    /// What a part may have.
    public var limits = Limits()

    /// A report of whole paths.
    public init() {}

    /// The report's parts, each a document of its own; at least one. If there are several, each begins with
    /// ``beginning(ofPart:)``, and has the sums of what is in it.
    public func parts(_ coverage: ReportedCoverage) -> [[UInt8]] {
        let places = folders.places(of: coverage.files.map(\.path))
        var files = zip(coverage.files, places).map { file, place in
            let folder = SourcePath.folder(place.name)
            return (file: file, place: place, folder: folder.isEmpty ? "." : folder)
        }
        // Between a folder's files there can be those of another, by their paths.
        files.sort { ($0.folder, $0.place.name) < ($1.folder, $1.place.name) }
        var parts = CoberturaParts(self)
        for (file, place, folder) in files {
            let room = parts.room(inPackage: folder, source: place.folder)
            var pieces = CoberturaClass(file, name: place.name)
            while let piece = pieces.next(room) {
                parts.add(piece, package: folder, source: place.folder)
            }
        }
        return parts.finished()
    }

    /// How a part begins, from 1: by this, what an earlier run has left is known.
    public static func beginning(ofPart number: Int) -> String {
        "\(declaration)<!-- covtool: part \(number) -->\n"
    }

    static let declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
}

extension XMLBuffer {
    /// Adds the attributes that an element has whatever it is of: shares from 0 to 1, as exact as a Double is, 0 where
    /// there is nothing. Complexity is not known.
    mutating func addRates(_ lines: SourceCoverage.Count, _ branches: SourceCoverage.Count) {
        add("line-rate", XMLBuffer.rate(lines))
        add("branch-rate", XMLBuffer.rate(branches))
        add(" complexity=\"0\"")
    }

    private static func rate(_ count: SourceCoverage.Count) -> String {
        let isWhole = count.hit == count.found
        return count.hit == 0
            ? "0" : isWhole ? "1" : "\(Double(count.hit) / Double(count.found))"
    }
}
