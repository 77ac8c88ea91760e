import ArgumentParser
import Coverage
import CovtoolKit
import Replay
import Reports

/// Whether runs can be relied on.
struct RunTrialOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "First compare runs of so many inputs by the fork server and alone; status 65 if they differ.",
            valueName: "count"))
    var check: Int?

    @Option(
        name: .customLong("repeat"),
        help: ArgumentHelp(
            """
            Run each input so many times, without the fork server, and say which blocks are reached by \
            chance.
            """,
            valueName: "count"))
    var repetitions: Int?

    @Option(
        help: ArgumentHelp(
            "Write the blocks that are reached by chance to this file, as a trace; needs --repeat.",
            valueName: "file"),
        completion: .file())
    var unstable: String?

    func validate() throws {
        if let check, check < 1 { throw ValidationError("--check needs a number from 1 on") }
        if let repetitions, repetitions < 2 {
            throw ValidationError("--repeat needs a number from 2 on")
        }
        if unstable != nil, repetitions == nil {
            throw ValidationError("--unstable needs --repeat")
        }
    }

    /// Whether QEMU must be started for each run: the children of one server share what was random before the fork.
    var needsStarts: Bool { repetitions != nil }

    /// Compares the two ways of running, where that is wanted.
    ///
    /// - Throws: ``Failure`` where they differ.
    func checkFork(
        _ command: GuestCommand, _ limits: Limits, _ inputs: InputList, _ merging: TraceMerging
    ) throws(Failure) {
        guard let check else { return }
        let result = try ForkCheck(
            command, limits: limits, rules: merging.rules, of: inputs, count: check)
        for difference in result.differences { Diagnostics.say("check: \(difference)") }
        guard result.differentCount == 0 else {
            throw Failure(
                .badData,
                """
                the fork server changes what \(result.differentCount) of \
                \(Amount.text(result.inputCount, "input")) \
                \(result.differentCount == 1 ? "does" : "do"): use --no-fork-server
                """)
        }
        if !result.isForked {
            try merging.warnings.warn(
                "the fork server cannot run this program: nothing is compared")
        } else {
            Diagnostics.say(
                "check: \(Amount.text(result.inputCount, "input")): the same by the fork server and alone"
            )
        }
    }

    /// Who looks for blocks that are reached by chance; nil where each input is run once.
    func observer(of inputs: InputList, _ merging: TraceMerging) -> UnstableBlocks? {
        repetitions.map { UnstableBlocks(of: inputs, repetitions: $0, merging.rules) }
    }

    /// Says how many blocks are reached by chance, and writes them.
    func tell(_ found: UnstableBlocks?, _ warnings: Warnings) throws(Failure) {
        guard let found else { return }
        let profile = try found.profile()
        let inputCount = found.counts.count
        Diagnostics.say(
            inputCount == 0
                ? "all runs of each input reach the same blocks"
                : """
                \(Amount.text(inputCount, "input")) did not reach the same blocks in all runs; \
                \(Amount.text(profile.blockCount, "block is", "blocks are")) reached by chance\
                \(unstable.map { ", see \($0)" } ?? "")
                """)
        if let unstable { try profile.write(to: unstable, warnings: warnings) }
    }
}
