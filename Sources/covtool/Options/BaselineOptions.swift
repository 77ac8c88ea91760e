import ArgumentParser
import CovtoolKit

/// The older version that a report is compared with.
struct BaselineOptions: ParsableArguments {
    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "Compare with this coverage of the older version; can be repeated.",
            discussion: "It is traces, an lcov tracefile, or what 'covtool json' has written.",
            valueName: "old"),
        completion: .file(extensions: ["info", "json", "drcov"]))
    var baseline: [String] = []

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "Read the debug information of traces of the older version from this ELF file; can be repeated.",
            valueName: "file"),
        completion: .file())
    var baselineElf: [NamedElf] = []

    @Option(
        help: ArgumentHelp(
            "Read from this unified diff what was changed since; '-' is standard input.",
            discussion: "Without this option, nothing was changed.", valueName: "file"),
        completion: .file(extensions: ["diff", "patch"]))
    var baselineDiff: String?

    func validate() throws {
        if baseline.isEmpty, !baselineElf.isEmpty || baselineDiff != nil {
            throw ValidationError("--baseline-elf and --baseline-diff need --baseline")
        }
    }

    /// The older version, read as the newer one is; nil if none is named.
    func baseline(besides reader: CoverageReader) throws(Failure) -> Baseline? {
        baseline.isEmpty
            ? nil : try Baseline(baseline, elf: baselineElf, diff: baselineDiff, besides: reader)
    }

    /// What is read, as far as it is named.
    var inputs: [String] { baseline + [baselineDiff].compactMap(\.self) }
}
