import Coverage
import Reports

/// The texts of the sources that a report shows: read below the folders that were named, and held against what was
/// compiled.
struct SourceTexts: Sendable {
    /// A source's text, and what there is to say of it.
    struct Found: Sendable {
        /// What the file holds; nil where it cannot be read.
        var bytes: [UInt8]?
        /// Why it cannot be read.
        var absence: String?
        /// Why it is, or may be, another file than the one that was compiled.
        var doubt: String?
    }

    private let folders: SourceFolders
    private let built: Int?

    /// - Parameter built: when the newest of the ELF files was written, in seconds; nil where that is not known.
    /// - Throws: ``Failure`` for a folder that is not there.
    init(_ rules: SourceRules, builtFrom built: Int?) throws(Failure) {
        folders = try SourceFolders(rules.roots)
        self.built = built
    }

    /// The text of a source.
    func text(of file: SourceCoverage.File) -> Found {
        text(ofPath: file.path, lastLine: file.lines.last?.line)
    }

    /// The text of a source.
    ///
    /// - Parameter lastLine: the last line with code; nil where that is not known.
    func text(ofPath path: String, lastLine: Int?) -> Found {
        do throws(SourceFolders.Absence) {
            let source = try folders.source(of: path)
            var found = Found(bytes: source.bytes)
            let count = SourceText.lineCount(source.bytes)
            if let last = lastLine, last > count {
                found.doubt = """
                    code is on line \(last), the source has \(count): it is not the one that was \
                    compiled
                    """
            } else if let built, source.modified > built {
                found.doubt = "was changed after the program was built"
            }
            return found
        } catch {
            return Found(absence: error.text)
        }
    }
}

/// The sources that a report has without their text.
struct AbsentSources {
    private static let mostNames = 3

    private var paths: [String: [String]] = [:]

    /// Notes what was found of a source, and warns if it is not the one that was compiled.
    mutating func note(_ found: SourceTexts.Found, of path: String, _ warnings: Warnings) {
        if let absence = found.absence { paths[absence, default: []].append(path) }
        if let doubt = found.doubt { warnings.warnAnyway("\(path): \(doubt)") }
    }

    /// Says which sources there are no texts of, and why.
    func say(_ warnings: Warnings) {
        for (reason, paths) in paths.sorted(by: { $0.key < $1.key }) {
            let names =
                paths.count > AbsentSources.mostNames
                ? "\(paths[0]) and \(paths.count - 1) more" : paths.joined(separator: ", ")
            warnings.say("without text: \(names): \(reason)")
        }
    }
}
