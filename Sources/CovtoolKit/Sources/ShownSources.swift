import Coverage
import Reports
import Trace

#if canImport(Glibc)
    import Glibc
#endif

/// The source files that `covtool show` shows, and what there is to say of those that are not there or are
/// not those that were compiled.
public struct ShownSources {
    /// A file, and the lines of it that are shown; nil for all.
    private typealias Shown = (file: SourceCoverage.File, parts: [ClosedRange<Int>]?)

    private let texts: SourceTexts
    private let selection: SourceSelection
    private let warnings: Warnings
    private var shown: [Shown]
    private var absent = AbsentSources()

    /// Shows all of the files that are sources.
    ///
    /// - Parameter built: when the newest of the ELF files was written, in seconds; nil where that is
    ///   not known.
    /// - Throws: ``Failure`` where none is, or a folder with sources is not there.
    public init(
        _ files: [SourceCoverage.File], builtFrom built: Int?, _ rules: SourceRules,
        _ warnings: Warnings
    ) throws(Failure) {
        shown = files.filter(\.isSource).map { ($0, nil) }
        guard !shown.isEmpty || files.isEmpty else {
            throw Failure(
                .badData,
                "no source with lines to show: debug information is missing (build with -g)")
        }
        selection = rules.selection
        texts = try SourceTexts(rules, builtFrom: built)
        self.warnings = warnings
    }

    /// Leaves files out that no pattern matches, and all but the functions of these names; without a pattern, or
    /// name, nothing. Warns of those that match nothing.
    ///
    /// - Throws: ``Failure`` where nothing is left, or a warning is an error.
    public mutating func keep(files globs: [PathGlob], functions: [String]) throws(Failure) {
        let known = shown
        func matches(_ glob: PathGlob, _ shown: Shown) -> Bool {
            glob.matches(selection.whole(shown.file.path))
        }
        if !globs.isEmpty {
            shown.removeAll { file in !globs.contains { matches($0, file) } }
        }
        for glob in globs where !known.contains(where: { matches(glob, $0) }) {
            try warnings.asErrors(if: shown.isEmpty).warn(
                "--file '\(glob.text)' matches no source file that has code")
        }
        guard !functions.isEmpty else { return }
        let wanted = shown
        shown = wanted.compactMap { file, _ in
            let parts = ShownSources.parts(of: file, functions)
            return parts.isEmpty ? nil : (file, parts)
        }
        for name in functions
        where !wanted.contains(where: { $0.file.functions.contains { $0.isCalled(name) } }) {
            try warnings.asErrors(if: shown.isEmpty).warn(
                "--function '\(name)': no function of this name has code")
        }
    }

    /// Writes the files, an empty line between them.
    public mutating func write(_ listing: SourceListing, to output: inout OutputFile) {
        for (index, (file, parts)) in shown.enumerated() {
            if index > 0 { output.write("\n") }
            listing.write(file, source: bytes(of: file), parts: parts, to: &output)
        }
    }

    /// The lines of the functions of these names, none twice.
    private static func parts(of file: SourceCoverage.File, _ names: [String])
        -> [ClosedRange<Int>]
    {
        var parts: [ClosedRange<Int>] = []
        for function in file.functions
        where function.line > 0 && names.contains(where: function.isCalled) {
            let part = function.line...max(function.line, function.endLine)
            if let last = parts.last, last.overlaps(part) {
                parts[parts.count - 1] = last.lowerBound...max(last.upperBound, part.upperBound)
            } else {
                parts.append(part)
            }
        }
        return parts
    }

    /// What the source file holds; nil where it cannot be read.
    private mutating func bytes(of file: SourceCoverage.File) -> [UInt8]? {
        let found = texts.text(of: file)
        absent.note(found, of: file.path, warnings)
        return found.bytes
    }

    /// Says which sources were written without their text, and why.
    public func sayWhatIsMissing() { absent.say(warnings) }
}

extension SourceCoverage.Function {
    /// Whether this is its name, with or without parameters, or the linker's.
    fileprivate func isCalled(_ text: String) -> Bool {
        text == name || text == linkageName || name.hasPrefix(text + "(")
    }
}

extension ElfFiles {
    /// When the newest of the files that a report looks into was written.
    public func built(_ modules: [ModuleCoverage]) -> Int? {
        let paths = files.isEmpty ? modules.map(\.path) : files.map(\.path)
        return paths.compactMap { path in
            var status = stat()
            return unsafe stat(PathText.cString(path), &status) == 0 ? status.st_mtim.tv_sec : nil
        }
        .max()
    }
}
