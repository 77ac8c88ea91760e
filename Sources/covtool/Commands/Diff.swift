import ArgumentParser
import Coverage
import DebugInfo
import Reports

struct Diff: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Print what one trace executed and another one did not.",
        discussion: """
            By module, and by function and line where there is debug information. A folder or @FILE \
            stands for all its traces together. The same code can be cut into other blocks from run \
            to run: whether code was lost is decided by bytes.
            """)

    @Argument(
        help: ArgumentHelp("The trace, or traces, before.", valueName: "before"),
        completion: .file(extensions: ["drcov"]))
    var before: String

    @Argument(
        help: ArgumentHelp("The trace, or traces, after.", valueName: "after"),
        completion: .file(extensions: ["drcov"]))
    var after: String

    @Flag(help: "Print a JSON document, with all blocks that came and went.")
    var json = false

    @Flag(help: "End with exit status 1 if code was executed before and was not after.")
    var failOnLost = false

    @OptionGroup var merging: MergeOptions
    @OptionGroup var elf: ElfOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let sums = try merging.sums(
            of: TraceInputs([before]).found(), TraceInputs([after]).found())
        var first = sums.0
        let (old, new) = try first.reporting { (collector) throws(MergeError) in
            try Collector.profiles(collector, sums.1.collector)
        }
        let difference = ProfileDifference(before: old, after: new)
        let files = try sourceDifference(old, new)
        try output.write { output in
            if json {
                JSONDifference.write(difference, files, to: &output)
            } else {
                TextDifference.write(difference, files, to: &output)
            }
        }
        if failOnLost, difference.isAnythingLost {
            let lost = difference.parts.filter { $0.goneBytes > 0 }
            for part in lost.prefix(8) {
                Diagnostics.say(
                    "lost: \(part.goneBytes) bytes in \(part.path ?? "no module")")
            }
            throw ExitCode(1)
        }
    }

    /// Nil where no module has debug information.
    private func sourceDifference(_ old: Profile, _ new: Profile) throws(Failure)
        -> [SourceDifference]?
    {
        var (coverage, later) = (SourceCoverage(), SourceCoverage())
        var isAnyKnown = false
        try elf.forEachModule(of: old, isOptional: true) { module, image, table in
            isAnyKnown = true
            coverage.add(table, covered: AddressRanges(module.blocks, base: image.base))
            let same = new.modules.first { $0.path == module.path && $0.size == module.size }
            later.add(table, covered: AddressRanges(same?.blocks ?? BlockSet(), base: image.base))
        }
        return isAnyKnown ? SourceDifference.between(coverage, later) : nil
    }
}
