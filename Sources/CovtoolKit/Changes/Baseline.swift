import Coverage
import Reports

/// The coverage of an older version, and what was changed since.
public struct Baseline: Sendable {
    /// Reads the older version.
    let reader: CoverageReader
    /// Its traces, as ``TraceInputs`` takes them.
    let names: [String]
    /// What was changed; nil if nothing was.
    let changes: ChangeSource?

    /// - Parameters:
    ///   - inputs: traces, tracefiles of lcov's, documents of `covtool json`.
    ///   - elf: the older version's ELF files.
    ///   - diff: a unified diff from the older version to the newer one; `-` is standard input.
    ///   - reader: reads the newer version, and says how: which sources, which modules.
    /// - Throws: ``Failure`` if standard input cannot be read, or ELF files are for no trace.
    public init(
        _ inputs: [String], elf: [NamedElf], diff: String?, besides reader: CoverageReader
    ) throws(Failure) {
        var (names, tracefiles): ([String], [String]) = ([], [])
        for input in inputs {
            // What is a list, a folder or a named pipe has traces.
            let isRead = input == "-" || !input.hasPrefix("@") && FilePath.isRegular(input)
            if isRead, !TraceFile.isTrace(input) {
                tracefiles.append(input)
            } else {
                names.append(input)
            }
        }
        guard !names.isEmpty || elf.isEmpty else {
            throw Failure(
                .usage, "--baseline-elf is for traces, and --baseline names none: leave it out")
        }
        self.names = names
        var old = reader
        old.elf = ElfFiles(elf, in: reader.elf.folders)
        old.tracefiles = tracefiles
        // Markers are in the newer version's sources, at other lines.
        old.sources.followsMarkers = false
        // Patterns are for both versions, and can match in one only.
        old.sources.tellsUnmatchedPatterns = false
        old.sources.tellsUnmatchedFolders = false
        self.reader = old
        changes = diff.map(ChangeSource.diff)
    }

    /// The files that the debug information of its traces' modules is read from without being named, and that the
    /// newer version is read from too: if code was changed, they are not what the older one was.
    ///
    /// - Parameters:
    ///   - old: what was read of the older version.
    ///   - elf: the newer version's ELF files.
    func sharedFiles(_ old: ReportedCoverage, _ new: ReportedCoverage, _ elf: ElfFiles) -> [String]
    {
        guard reader.elf.files.isEmpty else { return [] }
        func paths(_ coverage: ReportedCoverage) -> [String] {
            coverage.modules.filter { !$0.blocks.isEmpty && $0.path.hasPrefix("/") }
                .map { elf.folders.path(ofModule: $0.path) }
        }
        let named = elf.files.map { FilePath.absolute($0.path) }
        let newer = Set(named.isEmpty ? paths(new).map(FilePath.absolute) : named)
        return paths(old).filter { newer.contains(FilePath.absolute($0)) }
    }
}
