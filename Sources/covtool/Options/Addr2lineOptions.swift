import ArgumentParser
import CovtoolKit
import Reports

/// What `symbolise` has of addr2line's options.
struct Addr2lineOptions: ParsableArguments {
    @Flag(
        name: .customLong("addr2line"),
        help: ArgumentHelp(
            "Take addresses with or without 0x, from standard input if none is given, and print them as addr2line does. Its options:",
            discussion: "-e FILE means --elf FILE."))
    var isOn = false

    @Flag(name: .shortAndLong, help: "Show functions.")
    var functions = false

    @Flag(name: .shortAndLong, help: "Show the functions that code was inlined into.")
    var inlines = false

    @Flag(name: [.customShort("C"), .long], help: "Demangle functions' names.")
    var demangle = false

    @Flag(name: .shortAndLong, help: "Show addresses.")
    var addresses = false

    @Flag(name: .shortAndLong, help: "Show a frame on one line.")
    var prettyPrint = false

    @Flag(name: [.customShort("s"), .long], help: "Show files without their folders.")
    var basenames = false

    func validateUse() throws {
        let isUsed = functions || inlines || demangle || addresses || prettyPrint || basenames
        if isUsed, !isOn { throw ValidationError("-f, -i, -C, -a, -p and -s need --addr2line") }
    }

    var names: ReadableNames { ReadableNames(isDemangling: demangle) }

    var lines: Addr2lineFormat {
        var lines = Addr2lineFormat()
        lines.hasAddresses = addresses
        lines.hasFunctions = functions
        lines.isPretty = prettyPrint
        lines.hasBaseNames = basenames
        return lines
    }
}
