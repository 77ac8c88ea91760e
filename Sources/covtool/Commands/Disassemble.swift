import ArgumentParser
import CovtoolKit
import Reports

struct Disassemble: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disassemble",
        abstract: "Print code with how often each instruction was executed.",
        discussion: """
            Each instruction is a line 'COUNT|ADDRESS:  INSTRUCTION', with the ELF file's own address. Instructions \
            that were missed have ##### as count. Behind a conditional jump stands which ways it went: both, one only, \
            never (it was not come to), or unknown. Above instructions stand the lines of sources that they are of, with \
            their text if the source is below a named folder. Capstone is needed (Debian's libcapstone4, libcapstone5).
            """)

    @Argument(
        help: ArgumentHelp(
            "A function, a module (program or library), MODULE+OFFSET or MODULE+OFFSET..OFFSET.",
            discussion: """
                A function has its own name or the linker's, with or without its parameters. MODULE is a path or a file's \
                name. MODULE+OFFSET stands for the function there, with a second offset for what is before that. An \
                OFFSET counts from the module's base; it is decimal, or hexadecimal if it begins with 0x.
                """,
            valueName: "place"))
    var place: NameList

    @OptionGroup var traces: TraceOptions

    @Flag(help: "Add the bytes of instructions.")
    var bytes = false

    @Flag(help: "Leave out the lines of sources.")
    var noSource = false

    @Option(
        help: ArgumentHelp(
            "Write instructions of x86 as Intel does, or as the GNU assembler does (att).",
            valueName: "syntax"))
    var syntax = AssemblySyntax.intel

    @Flag(help: "Write JSON, described by Docs/disassembly.schema.json.")
    var json = false

    @OptionGroup var elf: ElfOptions
    @OptionGroup var sources: SourceOptions
    @OptionGroup var naming: NameOptions
    @OptionGroup var style: StyleOptions
    @OptionGroup var output: OutputOptions

    /// A long run of names comes as one argument, which the place then is the first of.
    private var inputs: [String] {
        let names = place.names.dropFirst() + traces.lists.flatMap(\.names)
        return names.isEmpty ? [mergedName] : Array(names)
    }

    func validate() throws {
        _ = try checked(place.names.first ?? "", CodePlace.init)
        try StandardInputUse.check(inputs)
    }

    func run() throws {
        let place = try checked(place.names.first ?? "", CodePlace.init)
        let reader = CoverageReader(
            merging: traces.merging.merging, elf: elf.elf, sources: sources.rules,
            parts: naming.parts.union([.tables, .everyFunction]))
        let disassembly = try Disassembly(reader, syntax, hasSources: !noSource)
        var text = DisassemblyText()
        text.hasBytes = bytes
        text.style = style.style(for: output.output)
        try disassembly.write(
            place, of: inputs, as: json ? .json : .text(text), to: output.output)
    }
}

extension AssemblySyntax: ExpressibleByArgument {}
