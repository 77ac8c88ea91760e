import ArgumentParser
import Coverage
import DebugInfo
import Reports

struct Diff: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Print what one trace executed and another did not.",
        discussion: """
            The result is by module, and by function and line (without debug information, by symbol). \
            Options that select source files affect only functions and lines. A folder or @FILE means \
            all its traces together. QEMU may divide the same code into different blocks in each run, \
            so whether code was lost is decided by bytes.
            """)

    @Argument(
        help: ArgumentHelp("The trace, or traces, before.", valueName: "before"),
        completion: .file(extensions: ["drcov"]))
    var before: String

    @Argument(
        help: ArgumentHelp("The trace, or traces, after.", valueName: "after"),
        completion: .file(extensions: ["drcov"]))
    var after: String

    @Flag(help: "Print a JSON document, with all blocks gained and lost.")
    var json = false

    @Flag(help: "End with exit status 1 if code was executed before but not after.")
    var failOnLost = false

    @OptionGroup var merging: MergeOptions
    @OptionGroup var elf: ElfOptions
    @OptionGroup var sources: SourceOptions
    @OptionGroup var naming: FunctionOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let sums = try merging.sums(
            of: TraceInputs([before]).found(), TraceInputs([after]).found())
        var first = sums.0
        let (before, after) = try first.reporting { (collector) throws(MergeError) in
            try Collector.withSameModules(collector, sums.1.collector)
        }
        let whole = try elf.placing([before.uncheckedProfile(), after.uncheckedProfile()])
        let (old, new) = (
            sources.reported(whole[0], elf, merging.modules),
            sources.reported(whole[1], elf, merging.modules)
        )
        let paths = Set(old.modules.map(\.path))
        try first.reporting { (_) throws(MergeError) in try before.check(paths.contains) }
        sources.tellLeftOut(old, of: whole[0])
        let difference = ProfileDifference(before: old, after: new)
        let files = try sourceDifference(old, new, elf.keepingWanted(of: old))
        try output.write { output in
            if json {
                JSONDifference.write(difference, files, to: &output)
            } else {
                var text = TextDifference()
                text.style = StyleOptions.plainStyle(for: self.output.output)
                text.write(difference, files, to: &output)
            }
        }
        if failOnLost, difference.isAnythingLost {
            let lost = difference.parts.filter { $0.goneBytes > 0 }
            for part in lost.prefix(8) {
                Diagnostics.say(
                    "lost: \(Amount.text(part.goneBytes, "byte")) in \(part.path ?? "no module")")
            }
            throw ExitCode(1)
        }
    }

    /// Nil where no module has debug information, symbols or sections.
    private func sourceDifference(_ old: Profile, _ new: Profile, _ elf: ElfOptions)
        throws(Failure) -> [SourceDifference]?
    {
        var coverage = SourceCoverage(sources.selection)
        var later = coverage
        var isAnyKnown = false
        try elf.forEachModule(
            of: old, parts: naming.parts, warnings: merging.warnings, isOptional: true
        ) { module, image, table in
            isAnyKnown = true
            coverage.add(table, covered: AddressRanges(module.blocks, base: image.base))
            let same = new.modules.first { $0.path == module.path && $0.size == module.size }
            later.add(table, covered: AddressRanges(same?.blocks ?? BlockSet(), base: image.base))
        }
        guard isAnyKnown else { return nil }
        try sources.check(coverage, merging.warnings)
        var marked = try sources.markedSources(merging.warnings)
        let (old, new) = (
            try marked.leaveOut(of: coverage.files), try marked.leaveOut(of: later.files)
        )
        try sources.tellUnfollowedMarkers(old)
        return SourceDifference.between(old, new)
    }
}
