import QEMUPluginEmbedded

/// Which of a guest's system calls replace its program: `execve` and `execveat`, whose numbers differ
/// by architecture (the kernel's tables `syscall.tbl` and `asm-generic/unistd.h`).
struct ProgramEnds {
    private let numbers: (Int64, Int64)

    init(_ host: HostInformation) {
        func isAny(of names: [StaticString]) -> Bool { names.contains { host.targets($0) } }
        if isAny(of: ["x86_64"]) {
            numbers = (59, 322)
        } else if isAny(of: ["i386"]) {
            numbers = (11, 358)
        } else if isAny(of: ["arm", "armeb"]) {
            numbers = (11, 387)
        } else if isAny(of: ["s390x"]) {
            numbers = (11, 354)
        } else if isAny(of: ["ppc", "ppc64", "ppc64le"]) {
            numbers = (11, 362)
        } else if isAny(of: ["m68k"]) {
            numbers = (11, 355)
        } else if isAny(of: ["sh4", "sh4eb", "microblaze", "microblazeel"]) {
            numbers = (11, 388)
        } else if isAny(of: ["hppa"]) {
            numbers = (11, 342)
        } else if isAny(of: ["mips", "mipsel"]) {
            numbers = (4011, 4356)
        } else if isAny(of: ["mips64", "mips64el"]) {
            numbers = (5057, 5316)
        } else if isAny(of: ["mipsn32", "mipsn32el"]) {
            numbers = (6057, 6320)
        } else if isAny(of: ["sparc", "sparc32plus", "sparc64"]) {
            numbers = (59, 350)
        } else if isAny(of: ["alpha"]) {
            numbers = (59, 513)
        } else if isAny(of: ["xtensa", "xtensaeb"]) {
            numbers = (117, 341)
        } else {
            // The architectures that came after the numbers were made the same for all.
            numbers = (221, 281)
        }
    }

    func isExec(_ number: Int64) -> Bool { number == numbers.0 || number == numbers.1 }
}
