import DRCovEmbedded
import QEMUPluginEmbedded

/// One of the options that libcov.so takes.
typealias Option = Argument<Options>

extension Option {
    /// All of them, in the order in which messages list them. Docs/recording.md has the same list.
    static var all: [Option] {
        [
            Option(
                "out", "PATH (the trace, run.drcov; %p process, %b program, %h host, %% percent)"
            ) {
                $0.setOutput($1)
            },
            // What QEMU's own drcov plugin calls it.
            Option("filename", "PATH (the same)") { $0.setOutput($1) },
            Option("counts", "on|off (how often each block was executed)") { options, value in
                value.setSwitch(&options.form.hasCounts)
            },
            Option("branches", "on|off (which ways conditional jumps went)") { options, value in
                value.setSwitch(&options.form.hasEdges)
            },
            Option("version", "2|3 (3: a row for each segment)") { $0.setVersion($1) },
            Option("format", "binary|text") { $0.setFormat($1) },
            Option("journal", "on|off|PATH") { $0.setJournal($1) },
            Option("engine", "auto|counter|conditional|callback") { $0.setEngine($1) },
            Option("quiet", "on|off") { options, value in value.setSwitch(&options.isQuiet) },
            Option("about", "on|off (say which QEMU this is, and end)") { options, value in
                value.setSwitch(&options.asksAbout)
            },
            Option("precise", "on|off (how far a block was executed)") { options, value in
                value.setSwitch(&options.isPrecise)
            },
            Option("start", "PLACE (record from there on; an address, or MODULE+OFFSET)") {
                $0.selection.setStart($1)
            },
            Option("stop", "PLACE (record until there)") { $0.selection.setStop($1) },
            Option("module", "GLOB (this one, as often as needed)") {
                $0.selection.addModule($1)
                return true
            },
            Option("exclude", "GLOB (not this one, as often as needed)") {
                $0.selection.addExcluded($1)
                return true
            },
            Option(
                "range",
                "START-END[:NAME] (as often as needed; with qemu-system a NAME makes a module)"
            ) {
                guard let range = NamedMemory.range($1) else { return false }
                $0.ranges.append(range)
                return true
            },
            Option("jit", "on|off|NAME (a module for code that is in no file; programs only)") {
                $0.selection.setMemoryName($1)
            },
            Option(
                "fork",
                "on|off|PLACE (a run for each request by AFL's protocol, from PLACE on; programs only)"
            ) { $0.setFork($1) },
            Option("elf", "PATH[@BASE] (qemu-system, as often as needed)") {
                $0.elves.append(NamedMemory.elf($1))
                return true
            },
        ]
    }
}

extension Options {
    fileprivate mutating func setOutput(_ value: [UInt8]) -> Bool {
        output = HostPath(value)
        outputCount += 1
        return (try? OutputPattern(output)) != nil
    }

    fileprivate mutating func setVersion(_ value: [UInt8]) -> Bool {
        guard value.isText("2") || value.isText("3") else { return false }
        let isSecond = value.isText("2")
        (form.version, form.table) = (isSecond ? .two : .three, isSecond ? .two : .five)
        return true
    }

    fileprivate mutating func setFormat(_ value: [UInt8]) -> Bool {
        guard value.isText("binary") || value.isText("text") else { return false }
        form.blocks = value.isText("binary") ? .binary : .text
        return true
    }

    fileprivate mutating func setJournal(_ value: [UInt8]) -> Bool {
        if value.isText("on") {
            journal = .besideTrace
        } else if value.isText("off") {
            journal = .none
        } else {
            journal = .named(HostPath(value))
            return (try? OutputPattern(HostPath(value))) != nil
        }
        return true
    }

    fileprivate mutating func setFork(_ value: [UInt8]) -> Bool {
        forkPlace = nil
        if value.setSwitch(&forks) { return true }
        forkPlace = Location(value)
        forks = forkPlace != nil
        return forks
    }

    fileprivate mutating func setEngine(_ value: [UInt8]) -> Bool {
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
        return true
    }
}

extension [UInt8] {
    @inline(never)
    func isText(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { unsafe elementsEqual($0) }
    }

    /// Sets what is on or off; false where this is neither.
    fileprivate func setSwitch(_ isOn: inout Bool) -> Bool {
        guard isText("on") || isText("off") else { return false }
        isOn = isText("on")
        return true
    }
}
