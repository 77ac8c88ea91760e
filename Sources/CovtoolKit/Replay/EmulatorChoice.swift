import Replay
import Trace

#if canImport(Glibc)
    import Glibc
#endif

/// The user-mode QEMU for a program.
public enum EmulatorChoice {
    /// Where in an ELF file's header stands what machine it is for (the ELF specification, `Elf64_Ehdr`).
    private enum Header {
        static let size = 20
        static let bits = 4
        static let byteOrder = 5
        static let machine = 18
    }

    /// What stands before QEMU's own name in those of the package covtool-qemu.
    private static let ownPrefix = "covtool-"

    /// The targets that covtool-qemu has (Tests/Release/qemu).
    private static let ownTargets: Set<String> = [
        "aarch64", "arm", "i386", "mips", "ppc64le", "riscv64", "s390x", "x86_64",
    ]

    /// The path of the QEMU for the program: the first on the PATH that records, the system's before that of
    /// covtool-qemu.
    ///
    /// - Parameter plugin: the path of libcov.so.
    /// - Throws: ``Failure`` where the program is no ELF file, its machine is not known, or no QEMU on the PATH
    ///   records.
    public static func emulator(for program: String, plugin: String) throws(Failure) -> String {
        let target = try target(of: program)
        let name = "qemu-" + target
        var refused: [EmulatorTrial] = []
        for name in [name, ownPrefix + name] {
            for folder in searchPath {
                let path = folder + name
                guard unsafe access(path, X_OK) == 0, !FilePath.isFolder(path) else { continue }
                let trial = EmulatorTrial(path, plugin: plugin)
                if trial.records { return path }
                refused.append(trial)
            }
        }
        let canInstall =
            ownTargets.contains(target) && !refused.contains { isOwn(FilePath.name($0.path)) }
        let advice = canInstall ? "install covtool-qemu, or another" : "install a"
        throw Failure(
            .missingInput,
            refused.isEmpty
                ? "\(name): is not on the PATH; \(advice) QEMU that takes plugins, or name one with --qemu"
                : refused.map { "\($0.path): \($0.outcome.text)" }.joined(separator: "; ")
                    + "; \(canInstall ? "install covtool-qemu, or " : "")name another QEMU with --qemu "
                    + "(covtool doctor tries all on the PATH)")
    }

    /// Whether a QEMU's name is one of covtool-qemu's.
    static func isOwn(_ name: String) -> Bool { name.hasPrefix(ownPrefix) }

    /// Whether a word names a QEMU that emulates a machine, so that the words behind it are its own.
    public static func isSystem(_ word: String) -> Bool {
        FilePath.name(word).hasPrefix("qemu-system-")
    }

    /// Whether a file of this name is a QEMU that runs programs, or emulates a machine. QEMU has tools beside them.
    static func isEmulator(_ name: String) -> Bool {
        let known =
            if isOwn(name) {
                String(name.dropFirst(ownPrefix.count))
            } else {
                name.hasSuffix("-static") ? String(name.dropLast(7)) : name
            }
        return isSystem(name) || programNames.contains(known)
    }

    /// The user-mode emulators that QEMU 6.0 to 11.1 have (`linux-user` targets of its `configs/targets`).
    private static let programNames: Set<String> = Set(
        """
        aarch64 aarch64_be alpha arm armeb cris hexagon hppa i386 loongarch64 m68k microblaze microblazeel mips \
        mips64 mips64el mipsel mipsn32 mipsn32el nios2 or1k ppc ppc64 ppc64le riscv32 riscv64 s390x sh4 sh4eb \
        sparc sparc32plus sparc64 x86_64 xtensa xtensaeb
        """.split(separator: " ").map { "qemu-" + $0 })

    /// The program's file: what a shell would find.
    ///
    /// - Throws: ``Failure`` where there is none.
    public static func program(_ name: String) throws(Failure) -> String {
        if name.contains("/") {
            guard unsafe access(name, R_OK) == 0 else { throw Failure.reading(name, errno) }
            return name
        }
        guard let path = found(name) else {
            throw Failure(
                .missingInput,
                "\(name): is not on the PATH; for a file in this folder write ./\(name)")
        }
        return path
    }

    /// The first program of a name on the PATH; nil if there is none.
    static func found(_ name: String) -> String? {
        searchPath.map { $0 + name }
            .first { unsafe access($0, X_OK) == 0 && !FilePath.isFolder($0) }
    }

    static var searchPath: [String] {
        let path =
            unsafe getenv("PATH").map { unsafe PathText.text(cString: $0) } ?? "/usr/bin:/bin"
        return path.split(separator: ":", omittingEmptySubsequences: false).map {
            $0.isEmpty ? "./" : $0.hasSuffix("/") ? String($0) : $0 + "/"
        }
    }

    /// QEMU's name of the machine that a program is for.
    private static func target(of program: String) throws(Failure) -> String {
        let header = try StoredBytes.beginning(of: program)
        guard header.count >= Header.size, header.starts(with: [0x7F, 0x45, 0x4C, 0x46]) else {
            throw Failure(
                .badData,
                """
                \(program): is not an ELF file; of a script, name the interpreter and the script (programs that it \
                starts are not recorded: for these, name the program itself)
                """)
        }
        let is64Bit = header[Header.bits] == 2
        let isBigEndian = header[Header.byteOrder] == 2
        let (first, second) = (UInt16(header[Header.machine]), UInt16(header[Header.machine + 1]))
        let machine = isBigEndian ? first << 8 | second : second << 8 | first
        guard let name = name(machine, is64Bit: is64Bit, isBigEndian: isBigEndian) else {
            throw Failure(
                .badData,
                "\(program): is for a machine that is not known (\(machine)); name a QEMU with --qemu"
            )
        }
        return name
    }

    /// By the machine's number (the ELF specification, `e_machine`).
    private static func name(_ machine: UInt16, is64Bit: Bool, isBigEndian: Bool) -> String? {
        switch machine {
        case 2: "sparc"
        case 3: "i386"
        case 4: "m68k"
        case 8: (is64Bit ? "mips64" : "mips") + (isBigEndian ? "" : "el")
        case 15: "hppa"
        case 18: "sparc32plus"
        case 20: "ppc"
        case 21: isBigEndian ? "ppc64" : "ppc64le"
        case 22: "s390x"
        case 40: isBigEndian ? "armeb" : "arm"
        case 42: isBigEndian ? "sh4eb" : "sh4"
        case 43: "sparc64"
        case 62: "x86_64"
        case 92: "or1k"
        case 94: isBigEndian ? "xtensaeb" : "xtensa"
        case 164: "hexagon"
        case 183: isBigEndian ? "aarch64_be" : "aarch64"
        case 189: isBigEndian ? "microblaze" : "microblazeel"
        case 243: is64Bit ? "riscv64" : "riscv32"
        case 258: "loongarch64"
        case 0x9026: "alpha"
        default: nil
        }
    }
}
