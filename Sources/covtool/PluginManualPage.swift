import CovtoolKit

extension ManualPage {
    /// The page of libcov.so and its options. The plugin lists their names and choices itself, for a test to compare.
    static var plugin: ManualPage {
        let list = options.map { ".TP\n.B \(escaped($0))\n\(escaped($1))\n" }.joined()
        return ManualPage(
            InstalledFiles.pluginName, section: 7,
            """
            .SH NAME
            \(InstalledFiles.pluginName) \\- QEMU plugin that records which code a program executes
            .SH SYNOPSIS
            .B qemu\\-x86_64 \\-plugin libcov.so\\fR[\\fB,\\fIOPTION\\fB=\\fIVALUE\\fR]... \\fIPROGRAM\\fR
            .SH DESCRIPTION
            Records the basic blocks that a program executes, in all its modules, as a drcov trace.
            The trace appears when the program ends, whole or not at all. Until then a journal beside it has
            what was recorded;
            .BR covtool\\-recover (1)
            makes a trace of one that is left.
            .PP
            QEMU gives the bare name to the dynamic loader, which searches its folders for it.
            .BR covtool\\-plugin\\-path (1)
            prints the whole path.
            .SH OPTIONS
            A comma in a value is written twice. Numbers are decimal, or hexadecimal behind 0x.
            The last of several counts, but for those that can be repeated.
            \(list).SH ENVIRONMENT
            .TP
            .B QEMU_PLUGIN_API
            The version of the plugin interface that QEMU is taken to have, 1 to 7, where it is not detected.

            """, seeAlso: ["covtool", "covtool-recover", "covtool-doctor"])
    }

    private static let options = [
        (
            "out=PATH, filename=PATH",
            """
            Where the trace goes; run.drcov without it. %p is the process id, %b the program's name, %h the \
            host's name, %% a percent sign.
            """
        ),
        ("counts=on|off", "How often each block was executed (off)."),
        ("branches=on|off", "Which ways conditional jumps went (off)."),
        (
            "version=2|3",
            "The form of the module table: a row for each module, or for each segment (2)."
        ),
        ("format=binary|text", "How blocks are written (binary)."),
        ("journal=on|off|PATH", "A journal beside the trace, none, or one at PATH (on)."),
        ("quiet=on|off", "Print nothing, except why the plugin cannot be loaded (off)."),
        ("about=on|off", "Record nothing: say which QEMU this is, and end (off)."),
        (
            "engine=auto|counter|conditional|callback",
            "How an execution is detected; auto takes the cheapest way that this QEMU has (auto)."
        ),
        ("module=GLOB", "Record only blocks of modules that match. Can be repeated."),
        ("exclude=GLOB", "Record no blocks of modules that match. Can be repeated."),
        (
            "range=START-END",
            """
            Record only blocks that begin in this range of addresses. Can be repeated. With a name behind it, \
            START-END:NAME, it is a module of that name, in qemu-system alone.
            """
        ),
        ("start=PLACE", "Start before this instruction: an address, or MODULE+OFFSET."),
        ("stop=PLACE", "Stop before this instruction."),
        (
            "precise=on|off",
            "Record a block that was left part-way only as far as it was executed (off)."
        ),
        ("jit=on|off|NAME", "Make modules, [jit] or NAME, of code that is in no file (off)."),
        (
            "fork=on|off|PLACE",
            "Fork for each input, where the parent asks by AFL's protocol; from PLACE on (off)."
        ),
        (
            "elf=PATH[@BASE]",
            """
            In qemu-system alone: an ELF file in the guest's memory, its lowest segment at BASE or where its \
            code is found. Can be repeated.
            """
        ),
    ]
}
