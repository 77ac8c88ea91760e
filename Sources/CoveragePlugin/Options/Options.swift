import DRCovEmbedded

/// What the user asks for behind `-plugin libcov.so,`; each as it is where it is not asked for.
struct Options {
    /// Where the trace goes.
    var output = HostPath("run.drcov")
    /// How often that was given: two plugins of one path are one for QEMU, with the options of both.
    var outputCount = 0
    /// How the trace is written, hit counts among them.
    var form = DRCovForm()
    /// Where a file keeps what is recorded until the trace is written.
    var journal = JournalChoice.besideTrace
    /// Nil for the best one.
    var engine: Engine?
    /// Whether nothing is said but why the plugin cannot be loaded.
    var isQuiet = false
    /// Whether nothing is recorded; it is but said which QEMU this is.
    var asksAbout = false

    /// Which blocks are recorded, and when.
    var selection = BlockSelection()
    /// Whether it is looked at how far each block is executed.
    var isPrecise = false

    /// Whether the program forks for each input, where its parent asks for that.
    var forks = false
    /// Where it may fork at the earliest; nil for as soon as it could come to know its input.
    var forkPlace: Location?

    /// ELF files in the guest's memory.
    var elves: [NamedMemory.ELF] = []
    /// Stretches of the guest's memory with a name.
    var ranges: [NamedMemory.Range] = []

    /// Whether anything says what lies in the memory of a system emulation.
    var namesMemory: Bool { !elves.isEmpty || ranges.contains { $0.name != nil } }

    /// Settles what an option means by the kind of emulation.
    mutating func settle(isSystem: Bool) throws(OptionError) {
        for range in ranges where !isSystem || range.name == nil { selection.add(range) }
        if isSystem, selection.memoryName != nil { throw .programsOnly("jit") }
        if isSystem, forks { throw .programsOnly("fork") }
        if !isSystem, !elves.isEmpty { throw .systemsOnly("elf") }
    }
}

/// Arguments with which the recording cannot begin.
enum OptionError: Error {
    /// A guest whose conditional jumps are not known, with `branches=on`.
    case noJumps
    /// An engine that does not see where blocks are entered from, with `branches=on`.
    case engineSeesNoEdges
    /// A trace, or a journal, that cannot be written.
    case unwritable(Output.Failure, isJournal: Bool)
    /// An ELF file that cannot be read.
    case unreadable(HostPath, HostError)
    /// A file for `elf=` that is none, or has nothing to load within 4 GiB.
    case notELF(HostPath)
    /// An ELF file for `elf=` that is not linked, without the place where its code is.
    case needsBase(HostPath)
    /// An option, by its name, that a system emulation does not have.
    case programsOnly(StaticString)
    /// An option, by its name, that only a system emulation has.
    case systemsOnly(StaticString)
    /// An engine that cannot be switched on and off, with `start=` or `stop=`.
    case engineCannotSwitch
    /// An engine that this QEMU has no means for.
    case noEngine
    /// The system has no room for the tables.
    case outOfMemory
}
