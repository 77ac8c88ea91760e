import ArgumentParser
import Coverage
import CovtoolKit
import DRCov
import Replay
import Reports
import Threading

struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run a program on all inputs of a corpus, under QEMU, and merge what they reach.",
        discussion: """
            covtool run --corpus out/default -- ./program --parse @@

            '@@' stands for the input's file; without it, the program reads the input from standard \
            input. The result has what every input reached, those that crash or hang too. An input \
            with the content of an earlier one is not run again. What the program prints is not shown.

            covtool run --elf fw.elf --corpus in -- qemu-system-arm -M ... -kernel fw.elf ... @@

            A machine is QEMU's whole command line; --elf names what runs on it.
            """)

    @Option(
        name: .customLong("corpus"), parsing: .singleValue,
        help: ArgumentHelp(
            "Inputs: a file, a folder, an archive, an AFL output folder, or @FILE for a list; can be repeated.",
            discussion: """
                Of an AFL output folder, the queue, the crashes and the hangs of all instances are \
                inputs. Archives are .zip, .tar, .tar.gz, .tar.bz2, .tar.xz and .tar.zst. Without a corpus, the program is run once, without an input.
                """, valueName: "path"),
        completion: .file())
    var corpus: [String] = []

    @Option(
        name: .customShort("o", allowingJoined: true),
        help: ArgumentHelp("Write the merged trace to this file.", valueName: "file"),
        completion: .file())
    var output: String = mergedName

    @Option(
        name: .customShort("t", allowingJoined: true),
        help: ArgumentHelp(
            "End a run after this time, 5s by default: milliseconds, seconds as '5s' or '0.5s', or 'none'.",
            valueName: "time"),
        transform: { try checked($0, TimeLimit.init(text:)) })
    var time = TimeLimit(milliseconds: 5000)

    @Option(
        name: .customShort("m", allowingJoined: true),
        help: ArgumentHelp(
            "End a run that uses more memory, 2048 by default: MiB, QEMU's own included, or 'none'.",
            valueName: "size"),
        transform: { try checked($0, MemoryLimit.init(text:)) })
    var memory = MemoryLimit(bytes: 2048 << 20)

    @Option(
        name: [.customShort("j", allowingJoined: true), .long],
        help: ArgumentHelp(
            "How many runs there are at a time; all processors by default.", valueName: "count"))
    var jobs: Int?

    @Option(
        help: ArgumentHelp(
            "Write how each input ended to this file, as JSON lines.", valueName: "file"),
        completion: .file())
    var status: String?

    @Option(
        help: ArgumentHelp(
            "Copy the inputs that crash into this folder, which must be new or empty.",
            valueName: "folder"),
        completion: .directory)
    var crashes: String?

    @Option(
        help: ArgumentHelp(
            "Write a trace of each input into this folder, which must be new or empty.",
            valueName: "folder"),
        completion: .directory)
    var keepTraces: String?

    @Option(
        help: ArgumentHelp(
            "Write how many blocks are reached after how many inputs to this file: JSON, or a picture if the name ends in .svg.",
            valueName: "file"),
        completion: .file())
    var growth: String?

    @Flag(
        help:
            "Write lines of JSON to standard error that say how far the run is, one a second at most."
    )
    var jsonProgress = false

    @Flag(help: "Write a hit count table: how often each block was executed.")
    var counts = false

    @Flag(
        help:
            "Record which ways conditional jumps went, so that no branch of a report is unknown; the runs take longer."
    )
    var branches = false

    @OptionGroup var guest: GuestOptions
    @OptionGroup var parts: ReplayOptions
    @OptionGroup var trials: RunTrialOptions
    @OptionGroup var merging: MergeOptions
    @OptionGroup var reports: RunReportOptions

    func validate() throws {
        if parts.state != nil || parts.minimiseTo != nil, trials.repetitions != nil {
            throw ValidationError(
                "--repeat cannot be combined with --state or --minimise-to, which know one run of each input"
            )
        }
        if parts.isLive { try validateLive() }
        if guest.forkAt != nil, trials.needsStarts {
            throw ValidationError("--fork-at needs the fork server, which --repeat does not use")
        }
        if let jobs, jobs < 1 { throw ValidationError("-j needs a number from 1 on") }
        if corpus.isEmpty, guest.takesInput {
            throw ValidationError("'@@' stands for an input: name the inputs with --corpus PATH")
        }
        try ReportOutputs.checkPlaces(results + reports.outputs.paths)
        try reports.gates.annotations.check(besides: reports.outputs.named)
        if trials.check != nil, guest.noForkServer || guest.isSystem {
            throw ValidationError(
                guest.isSystem
                    ? "--check is for programs: no fork server runs a machine"
                    : "--check compares with the fork server: leave --no-fork-server away")
        }
        if guest.isSystem, !guest.hasMachineModules, reports.elf.files.isEmpty {
            throw ValidationError(
                """
                a machine has no modules that are known: name the ELF file that runs on it with --elf, or a \
                part of its memory with --plugin-option range=START-END:NAME
                """)
        }
    }

    private func validateLive() throws {
        guard !corpus.isEmpty else {
            throw ValidationError("--live watches a corpus: add --corpus PATH")
        }
        let needsAll = [
            ("--keep-traces", keepTraces != nil), ("--json-progress", jsonProgress),
            ("--repeat", trials.repetitions != nil), ("--check", trials.check != nil),
        ]
        if let (name, _) = needsAll.first(where: \.1) {
            throw ValidationError("\(name) needs all inputs at the start: leave --live away")
        }
    }

    /// The files that results go to, but for the reports.
    private var results: [String] {
        [output, status, growth, trials.unstable].compactMap(\.self)
    }

    /// Writes what was reached so far.
    private var publisher: @Sendable (CorpusReplay.Result) throws(Failure) -> Void {
        let reports = reports.reports(merging.merging, sysroot: guest.sysroot)
        return { [status, output, counts, growth] (result) throws(Failure) in
            if let status { try result.writeStatus(of: result.inputs, unstable: nil, to: status) }
            guard !result.hasNoRun else { throw result.failure(of: result.inputs) }
            try result.profile.write(
                to: output, form: result.profile.form(hasCounts: counts),
                warnings: Diagnostics.silent)
            if let growth { try result.writeGrowth(of: result.inputs, to: growth) }
            if !reports.targets.isEmpty { try reports.write(from: output, isSilent: true) }
        }
    }

    func run() throws {
        let plugin = try InstalledFiles.pluginPath()
        let recorded = (counts ? ["counts=on"] : []) + (branches ? ["branches=on"] : [])
        let command = try guest.command(plugin, recorded, elf: reports.elf.files)
        let places = ReplayResults(
            files: results + reports.outputs.paths,
            folders: [parts.state, crashes, keepTraces, parts.minimiseTo].compactMap(\.self))
        try places.check(command, corpus: corpus)
        let live = try parts.isLive ? liveReplay(without: places) : nil
        let inputs = try places.inputs(
            of: parts.isLive ? InputList() : CorpusInputs(corpus, merging.warnings).inputs)
        let folders = try checkedFolders()
        let limits = Limits(milliseconds: time.milliseconds, bytes: memory.bytes)
        try trials.checkFork(command, limits, inputs, merging.merging)
        // A corpus with a state can grow.
        let forks =
            !guest.noForkServer && !guest.isSystem && !trials.needsStarts
            && (inputs.count > 1 || parts.state != nil || parts.isLive || guest.forkAt != nil)
        var replay = CorpusReplay(
            command, limits: limits, jobs: jobs ?? Threads.most, forks: forks,
            merging: merging.merging, counts: counts)
        replay.choosesInputs = folders.chosen != nil
        replay.shard = parts.shard ?? .whole
        replay.state = try parts.state.map { folder throws(Failure) in
            try ReplayState(
                folder, resumes: parts.resume,
                of: ReplayIdentity(of: command, limits, forks: forks, plugin: plugin),
                merging.warnings)
        }
        if let traces = folders.traces {
            replay.observers.append(
                try KeptTraces(
                    in: traces, of: inputs, repetitions: trials.repetitions ?? 1, merging.merging,
                    hasCounts: counts, state: replay.state))
        }
        let unstable = trials.observer(of: inputs, merging.merging)
        if let unstable {
            replay.repetitions = trials.repetitions ?? 1
            replay.observers.append(unstable)
        }
        if jsonProgress { replay.progressLine = { Diagnostics.write($0) } }
        replay.live = live
        if let crashed = folders.crashed { replay.observers.append(crashed) }
        let result = try replay.run(inputs)
        let copiedCount = try write(result, unstable, folders)
        replay.state?.tell(merging.warnings)
        try tell(result, copiedCount: copiedCount)
        try trials.tell(unstable, merging.warnings)
        try reports.write(from: output, merging.merging, sysroot: guest.sysroot)
    }

    private func liveReplay(without results: ReplayResults) throws(Failure) -> LiveReplay {
        try LiveReplay(
            corpus, without: results, for: parts.liveFor ?? TimeLimit(milliseconds: nil),
            publish: publisher)
    }

    /// The folders of results, and what goes into them at the end.
    private struct Folders {
        var crashes, chosen: TraceCopies?
        var crashed: CrashedInputs?
        var traces: NewFolder?
    }

    /// The folders of results, once all results can be written: not after hours is it said what cannot.
    private func checkedFolders() throws -> Folders {
        for path in results { _ = try OutputFile(path) }
        try reports.check(output, sysroot: guest.sysroot)
        var folders = Folders()
        folders.crashes = try crashes.map { folder throws(Failure) in try TraceCopies(folder) }
        if crashes != nil { folders.crashed = try CrashedInputs() }
        folders.traces = try keepTraces.map { folder throws(Failure) in
            try NewFolder(folder, isContinued: parts.resume)
        }
        folders.chosen = try parts.minimiseTo.map { folder throws(Failure) in
            try TraceCopies(folder)
        }
        return folders
    }

    /// Writes what became of the inputs, and what they reached; says how many of the chosen inputs were copied.
    private func write(
        _ result: CorpusReplay.Result, _ unstable: UnstableBlocks?, _ folders: Folders
    ) throws -> Int {
        let inputs = result.inputs
        if let status {
            try result.writeStatus(of: inputs, unstable: unstable?.counts, to: status)
        }
        guard !result.hasNoRun else { throw result.failure(of: inputs) }
        try result.profile.write(
            to: output, form: result.profile.form(hasCounts: counts), warnings: merging.warnings)
        if let growth { try result.writeGrowth(of: inputs, to: growth) }
        if let copies = folders.crashes {
            try folders.crashed?.copy(result.crashed, of: inputs, to: copies)
        }
        guard let choice = result.choice, let copies = folders.chosen else { return 0 }
        return try choice.copy(of: inputs, to: copies, merging.warnings)
    }

    private func tell(_ result: CorpusReplay.Result, copiedCount: Int) throws {
        if !result.outcomes.isEmpty {
            try merging.merging.rules.selection.check(result.modulePaths, merging.warnings)
        }
        if let choice = result.choice {
            let missing = choice.inputs.count - copiedCount
            merging.warnings.say(
                """
                \(copiedCount) of \(result.inputs.count) inputs in \(parts.minimiseTo ?? ""); blocks \
                before: \(choice.blocks.before), after: \(choice.blocks.after), equal\
                \(missing > 0 ? " with the \(missing) that could not be copied" : "")
                """)
        }
        if guest.forkAt != nil, let reason = result.serverFailure {
            try merging.warnings.warn("--fork-at: \(reason); QEMU was started for each input")
        }
        try result.tell(of: result.inputs, output: output, merging.warnings)
    }
}
