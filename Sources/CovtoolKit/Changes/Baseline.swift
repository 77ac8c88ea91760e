import Coverage

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
    public init(
        _ inputs: [String], elf: [NamedElf], diff: String?, besides reader: CoverageReader
    ) {
        var (names, tracefiles): ([String], [String]) = ([], [])
        for input in inputs {
            // What is a list, a folder or a pipe has traces.
            if !input.hasPrefix("@"), FilePath.isRegular(input), !TraceFile.isTrace(input) {
                tracefiles.append(input)
            } else {
                names.append(input)
            }
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

    /// Its source files.
    ///
    /// - Throws: ``Failure``, as reading the newer version does.
    public func files() throws(Failure) -> [SourceCoverage.File] {
        try reader.coverage(of: names).files
    }
}
