/// What the user asks for behind `-plugin libcov.so,`.
struct Options {
    /// Where the trace goes.
    var output = HostPath("run.drcov")
    /// Nil for the best one.
    var engine: Engine?
    /// Whether a file keeps what is recorded until the trace is written.
    var keepsJournal = true

    /// Which blocks are recorded, and when.
    var selection = Selection()
    /// Whether it is looked at how far each block is executed.
    var isPrecise = false

    /// ELF files in the guest's memory.
    var elves: [NamedMemory.ELF] = []
    /// Stretches of the guest's memory with a name.
    var ranges: [NamedMemory.Range] = []

    /// The options, for messages.
    static let list: StaticString = """
        out=PATH (where the trace goes, run.drcov if left out; %p process, %b program, %h host, %% \
        percent sign), filename=PATH (the same), journal=on|off, \
        engine=auto|counter|conditional|callback, precise=on|off (how far a block was executed), \
        start=PLACE and stop=PLACE (record between them; an address, or MODULE+OFFSET), and as often \
        as needed module=GLOB (record this one), exclude=GLOB (not this one), range=START-END; for \
        programs also jit=on|NAME (a module for code that is in no file); for \
        qemu-system also elf=PATH[@BASE] and range=START-END:NAME, each as often as needed
        """

    /// Reads arguments of the form `name=value`; a later one wins over an earlier one.
    init(_ arguments: [[UInt8]]) throws(OptionError) {
        for argument in arguments {
            let end = argument.firstIndex(of: UInt8(ascii: "=")) ?? argument.count
            let name = [UInt8](argument[..<end])
            let value = [UInt8](argument[end...].dropFirst())
            guard let option = Options.Name(name) else { throw .unknown(argument) }
            guard !value.isEmpty else { throw .emptyValue(name) }
            guard set(option, to: value) else { throw .badValue(name: name, value: value) }
        }
    }

    private enum Name {
        case output
        case engine
        case journal
        case elf
        case range
        case module
        case exclude
        case start
        case stop
        case jit
        case precise

        init?(_ name: [UInt8]) {
            // `filename` is what QEMU's own drcov plugin calls it.
            if name.isText("out") || name.isText("filename") {
                self = .output
            } else if name.isText("engine") {
                self = .engine
            } else if name.isText("journal") {
                self = .journal
            } else if name.isText("elf") {
                self = .elf
            } else if name.isText("range") {
                self = .range
            } else if name.isText("module") {
                self = .module
            } else if name.isText("exclude") {
                self = .exclude
            } else if name.isText("start") {
                self = .start
            } else if name.isText("stop") {
                self = .stop
            } else if name.isText("jit") {
                self = .jit
            } else if name.isText("precise") {
                self = .precise
            } else {
                return nil
            }
        }
    }

    /// False where the option does not take the value.
    private mutating func set(_ option: Name, to value: [UInt8]) -> Bool {
        switch option {
        case .output:
            output = HostPath(value)
            return (try? OutputPattern(output)) != nil
        case .engine:
            if value.isText("auto") {
                engine = nil
            } else if value.isText("counter") {
                engine = .counter
            } else if value.isText("conditional") {
                engine = .conditional
            } else if value.isText("callback") {
                engine = .callback
            } else {
                return false
            }
        case .journal:
            guard let isOn = Options.isOn(value) else { return false }
            keepsJournal = isOn
        case .elf: elves.append(NamedMemory.elf(value))
        case .range:
            guard let range = NamedMemory.range(value) else { return false }
            ranges.append(range)
        case .module: selection.addModule(value)
        case .exclude: selection.addExcluded(value)
        case .start: return selection.setStart(value)
        case .stop: return selection.setStop(value)
        case .jit: return selection.setMemoryName(value)
        case .precise:
            guard let isOn = Options.isOn(value) else { return false }
            isPrecise = isOn
        }
        return true
    }

    private static func isOn(_ value: [UInt8]) -> Bool? {
        value.isText("on") ? true : value.isText("off") ? false : nil
    }

    /// Settles what an option means by the kind of emulation.
    mutating func settle(isSystem: Bool) throws(OptionError) {
        for range in ranges where !isSystem || range.name == nil { selection.add(range) }
        if isSystem, selection.memoryName != nil { throw .programsOnly(Array("jit".utf8)) }
    }
}

extension [UInt8] {
    func isText(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { unsafe elementsEqual($0) }
    }
}
