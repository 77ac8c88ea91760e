import ArgumentParser
import CovtoolKit
import Replay

/// The program or the machine that is run, its QEMU, and how it is started for each input.
struct GuestOptions: ParsableArguments {
    @Flag(
        help:
            "Start QEMU for each input; by default, it is started once and forks (Docs/fork-server.md)."
    )
    var noForkServer = false

    @Option(
        help: ArgumentHelp(
            "Fork after the program has come to this place: a function of it, or MODULE+OFFSET.",
            discussion: "By default, it forks as soon as the program could learn its input.",
            valueName: "place"))
    var forkAt: String?

    @Option(
        help: ArgumentHelp(
            "The QEMU; by default the one for the program's machine, on the PATH.",
            valueName: "path"),
        completion: .file())
    var qemu: String?

    @Option(
        name: [.customShort("L"), .customLong("sysroot")],
        help: ArgumentHelp(
            "Where QEMU looks for the program's loader and libraries (its -L).", valueName: "folder"
        ),
        completion: .directory)
    var sysroot: String?

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "A further word for QEMU's command line; can be repeated.", valueName: "word"))
    var qemuOption: [String] = []

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "A further option for libcov.so, as NAME=VALUE; can be repeated.", valueName: "option"))
    var pluginOption: [String] = []

    @Argument(
        parsing: .postTerminator,
        help: ArgumentHelp("The program and its arguments, behind '--'.", valueName: "program"))
    var words: [NameList] = []

    func validate() throws {
        guard !words.isEmpty else {
            throw ValidationError("no program is named: write it and its arguments behind '--'")
        }
        for name in ["out", "journal", "fork"] {
            if pluginOption.contains(where: { $0.hasPrefix(name + "=") }) {
                throw ValidationError(
                    "--plugin-option \(name)=…: covtool run sets this option itself; leave it away")
            }
        }
        if noForkServer, forkAt != nil {
            throw ValidationError("--fork-at needs the fork server: leave --no-fork-server away")
        }
        guard isSystem else { return }
        if qemu != nil || sysroot != nil || !qemuOption.isEmpty {
            throw ValidationError(
                "--qemu, -L and --qemu-option are for programs: write QEMU and its options behind '--'"
            )
        }
        if forkAt != nil {
            throw ValidationError("--fork-at is for programs: no fork server runs a machine")
        }
    }

    /// Whether an argument names the input.
    var takesInput: Bool {
        words.contains { list in
            list.names.contains { (name: String) in name.contains(GuestCommand.placeholder) }
        }
    }

    /// Whether the program is a QEMU that emulates a machine.
    var isSystem: Bool {
        words.flatMap(\.names).first.map(EmulatorChoice.isSystem) ?? false
    }

    /// Whether libcov.so's options say which modules a machine has.
    var hasMachineModules: Bool {
        pluginOption.contains { $0.hasPrefix("elf=") || $0.hasPrefix("range=") }
    }

    /// What is run.
    ///
    /// - Parameters:
    ///   - plugin: libcov.so's path.
    ///   - recorded: libcov.so's options for what is recorded.
    ///   - elf: the ELF files that run on a machine.
    func command(_ plugin: String, _ recorded: [String], elf: [NamedElf]) throws -> GuestCommand {
        let words = words.flatMap(\.names)
        var command = GuestCommand(
            emulator: [try EmulatorChoice.program(words[0])],
            plugin: GuestCommand.option(plugin: plugin),
            pluginOptions: recorded + pluginOption,
            arguments: Array(words.dropFirst()))
        if isSystem {
            // The ELF files of the reports are what runs on the machine.
            for file in hasMachineModules ? [] : elf {
                let base = file.base.map { "@0x" + String($0, radix: 16) } ?? ""
                command.pluginOptions.append(
                    "elf=" + GuestCommand.value(of: file.path + base))
            }
        } else {
            let program = command.emulator[0]
            let emulator =
                try qemu.map(EmulatorChoice.program)
                ?? EmulatorChoice.emulator(for: program, plugin: plugin)
            command.emulator = [emulator] + (sysroot.map { ["-L", $0] } ?? []) + qemuOption
            command.arguments.insert(program, at: 0)
            command.forkPlace = try forkAt.map { place throws(Failure) in
                try ForkPlace(place, in: program).text
            }
        }
        return command
    }
}
