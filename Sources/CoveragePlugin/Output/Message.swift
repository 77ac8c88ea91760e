import QEMUPluginEmbedded
import TraceEmbedded

/// One line from `libcov`, on the standard error that QEMU was started with: what went wrong, then what
/// to do.
struct Message {
    private var text = TextBuffer()

    init(_ words: StaticString) { text.append(words) }

    init(_ error: OptionError) {
        switch error {
        case .unwritable(let failure, let isJournal):
            append(failure)
            text.append(
                isJournal
                    ? "; use journal=FILE for another file, or journal=off"
                    : "; use out=FILE for a file that can be written")
        case .unreadable(let path, let reason):
            text.append("cannot read ")
            text.append(path.bytes)
            text.append(": ")
            text.append(reason.text)
        case .notELF(let path):
            text.append(path.bytes)
            text.append(" is not an ELF file with segments to load within 4 GiB")
        case .needsBase(let path):
            text.append(path.bytes)
            text.append(" is not linked: add @ADDRESS, the address at which its .text was loaded")
            return
        case .programsOnly(let name):
            text.append("option '")
            text.append(name)
            text.append("' is for programs, not for qemu-system; leave it out")
        case .systemsOnly(let name):
            text.append("option '")
            text.append(name)
            text.append(
                "' is for qemu-system; leave it out: a program's modules are found without it")
        case .engineCannotSwitch:
            text.append("this engine cannot be combined with start= and stop=; leave engine= out")
        case .engineSeesNoEdges:
            text.append("this engine cannot be combined with branches=on; leave engine= out")
        case .noJumps:
            text.append(
                """
                branches=on cannot be for this guest: the jumps of its processor are not known (Docs/recording.md lists \
                those that are); leave it out
                """)
        case .outOfMemory: text.append("out of memory")
        case .noEngine:
            text.append("this QEMU does not have what the engine needs; leave engine= out")
        }
    }

    /// Which QEMU has loaded the plugin. covtool's `EmulatorTrial` reads it.
    init(_ host: HostInformation) {
        text.append("can record in this QEMU: plugin interface ")
        text.append(decimal: host.interfaceVersion)
        text.append(host.isSystemEmulation ? ", a machine of " : ", programs of ")
        text.append(host.targetName)
    }

    /// A trace that could not be written, of which so many blocks are lost, or stand in a journal.
    init(_ failure: Output.Failure, blocks: Int, journal: HostPath?, isWhole: Bool) {
        append(failure)
        if let journal {
            text.append(
                isWhole
                    ? "; what was recorded is in "
                    : "; what was recorded last is lost, and what was recorded first is in ")
            text.append(journal.bytes)
            text.append(" (see covtool recover)")
        } else {
            text.append("; ")
            text.append(decimal: blocks)
            text.append(" recorded blocks are lost")
        }
    }

    /// A trace with nothing in it, by what was asked for.
    ///
    /// - Parameter unused: options, as they were given, that selected nothing.
    init(empty path: HostPath, isStarted: Bool, unused: [[UInt8]]) {
        text.append("nothing is recorded in ")
        text.append(path.bytes)
        text.append(": ")
        if !isStarted {
            text.append("the guest did not reach start=")
        } else if unused.isEmpty {
            text.append("module=, exclude= and range= selected nothing that ran")
        } else {
            append(unused: unused)
        }
    }

    /// Options that selected nothing, as they were given.
    init(unused: [[UInt8]]) { append(unused: unused) }

    private mutating func append(unused: [[UInt8]]) {
        for (index, option) in unused.enumerated() {
            if index > 0 { text.append(", ") }
            text.append(option)
        }
        text.append(
            " selected nothing that ran; record without it, and 'covtool info' shows what there is")
    }

    /// A file for `elf=` of which nothing was seen.
    init(notExecuted path: HostPath) {
        text.append("no code of ")
        text.append(path.bytes)
        text.append(
            " was executed, at its own addresses or moved by a multiple of its alignment; use elf=FILE@ADDRESS to say where it is"
        )
    }

    /// What is mapped was not to be learnt.
    init(unknownMap reason: HostError) {
        text.append("cannot read /proc/self/maps: ")
        text.append(reason.text)
        text.append("; what was mapped then is in no module")
    }

    /// A journal that is not there, or does not hold all.
    init(noJournal place: JournalPlace, reason: HostError) {
        text.append("no journal ")
        switch place {
        case .beside(let path):
            text.append("beside ")
            text.append(path.bytes)
        case .named(let path): text.append(path.bytes)
        }
        text.append(" (any more): ")
        text.append(reason.text)
        text.append("; if the process is killed, what is recorded from now on is lost")
    }

    private mutating func append(_ failure: Output.Failure) {
        text.append("cannot write ")
        text.append(failure.path.bytes)
        text.append(": ")
        text.append(failure.reason.text)
    }

    /// Whether nothing is said any more. Written at install, before there is a vCPU.
    nonisolated(unsafe) static var isQuiet = false
    /// Where it is said; nil where QEMU was started without standard error. Written at install, when no
    /// guest has run that could have put something of its own there.
    nonisolated(unsafe) private static var stream: HostStream?

    /// Notes how messages are said, and where they go.
    static func begin(_ options: Options) {
        unsafe isQuiet = options.isQuiet
        unsafe stream = try? HostStream(descriptor: 2)
    }

    /// What it says, behind the plugin's name.
    var bytes: [UInt8] { text.bytes }

    /// Says it, by one call, so that lines of several processes do not mix. Gives what was not said,
    /// since there is nowhere to say it any more: nil mostly, and where nothing is to be said.
    func say() -> [UInt8]? {
        guard unsafe !Message.isQuiet else { return nil }
        var line = TextBuffer()
        line.append("libcov: ")
        line.append(text.bytes)
        line.append("\n")
        var isSaid = false
        HostFile.apart {
            guard let stream = unsafe Message.stream, let file = try? stream.open(), file.takesMore
            else { return }
            isSaid = (try? file.write(line.bytes)) != nil
        }
        return isSaid ? nil : text.bytes
    }
}
