import ArgumentParser
import Coverage
import CovtoolKit
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

    @Flag(
        help:
            "End with exit status 1 if code was executed before but not after; with --branch-coverage, also if a branch was taken."
    )
    var failOnLost = false

    @OptionGroup var merging: MergeOptions
    @OptionGroup var elf: ElfOptions
    @OptionGroup var sources: SourceOptions
    @OptionGroup var branches: BranchOptions
    @OptionGroup var naming: NameOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let reader = CoverageReader(
            merging: merging.merging, elf: elf.elf, sources: sources.rules, parts: naming.parts,
            branches: branches.choice())
        let (difference, files) = try reader.difference(between: [before], and: [after])
        try output.write { output in
            if json {
                JSONDifference.write(
                    difference, files, hasBranches: reader.branches != .none, to: &output)
            } else {
                var text = TextDifference()
                text.style = StyleOptions.plainStyle(for: self.output.output)
                text.write(difference, files, to: &output)
            }
        }
        guard failOnLost else { return }
        for part in difference.modules.filter({ $0.goneBytes > 0 }).prefix(8) {
            Diagnostics.say(
                "lost: \(Amount.text(part.goneBytes, "byte")) in \(part.path ?? "no module")")
        }
        let lost = (files ?? []).filter { !$0.goneBranches.isEmpty }
        for file in lost.prefix(8) {
            let count = file.goneBranches.reduce(0) { $0 + $1.ways.count }
            Diagnostics.say("lost: \(Amount.text(count, "branch", "branches")) in \(file.path)")
        }
        if difference.isAnythingLost || !lost.isEmpty { throw ExitCode(1) }
    }
}
