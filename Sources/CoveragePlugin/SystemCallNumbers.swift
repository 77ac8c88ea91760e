import QEMUPluginEmbedded

/// The numbers of those system calls that the recorder must know, which differ by architecture (the
/// kernel's tables `syscall.tbl` and `asm-generic/unistd.h`).
struct SystemCallNumbers {
    private let execve: Int64
    private let execveat: Int64
    private let mprotect: Int64
    private let clone: Int64
    /// Where there is none, that of `clone`.
    private let fork: Int64
    private let vfork: Int64
    private let exitGroup: Int64
    /// The one that takes what it maps in registers; nil where none does.
    private let mmap: Int64?

    private init(
        execve: Int64, execveat: Int64, mprotect: Int64, clone: Int64, fork: Int64? = nil,
        vfork: Int64? = nil, exitGroup: Int64, mmap: Int64?
    ) {
        (self.execve, self.execveat, self.mprotect) = (execve, execveat, mprotect)
        (self.clone, self.fork, self.vfork) = (clone, fork ?? clone, vfork ?? clone)
        (self.exitGroup, self.mmap) = (exitGroup, mmap)
    }

    init(_ host: HostInformation) {
        func isAny(of names: [StaticString]) -> Bool { names.contains { host.targets($0) } }
        if isAny(of: ["x86_64"]) {
            self.init(
                execve: 59, execveat: 322, mprotect: 10, clone: 56, fork: 57, vfork: 58,
                exitGroup: 231, mmap: 9)
        } else if isAny(of: ["i386"]) {
            self.init(
                execve: 11, execveat: 358, mprotect: 125, clone: 120, fork: 2, vfork: 190,
                exitGroup: 252, mmap: 192)
        } else if isAny(of: ["arm", "armeb"]) {
            self.init(
                execve: 11, execveat: 387, mprotect: 125, clone: 120, fork: 2, vfork: 190,
                exitGroup: 248, mmap: 192)
        } else if isAny(of: ["s390x"]) {
            self.init(
                execve: 11, execveat: 354, mprotect: 125, clone: 120, fork: 2, vfork: 190,
                exitGroup: 248, mmap: nil)
        } else if isAny(of: ["ppc", "ppc64", "ppc64le"]) {
            self.init(
                execve: 11, execveat: 362, mprotect: 125, clone: 120, fork: 2, vfork: 189,
                exitGroup: 234, mmap: 90)
        } else if isAny(of: ["m68k"]) {
            self.init(
                execve: 11, execveat: 355, mprotect: 125, clone: 120, fork: 2, vfork: 190,
                exitGroup: 247, mmap: 192)
        } else if isAny(of: ["sh4", "sh4eb", "microblaze", "microblazeel"]) {
            self.init(
                execve: 11, execveat: 388, mprotect: 125, clone: 120, fork: 2, vfork: 190,
                exitGroup: 252, mmap: 192)
        } else if isAny(of: ["hppa"]) {
            self.init(
                execve: 11, execveat: 342, mprotect: 125, clone: 120, fork: 2, vfork: 113,
                exitGroup: 222, mmap: 90)
        } else if isAny(of: ["mips", "mipsel"]) {
            self.init(
                execve: 4011, execveat: 4356, mprotect: 4125, clone: 4120, fork: 4002,
                exitGroup: 4246, mmap: 4210)
        } else if isAny(of: ["mips64", "mips64el"]) {
            self.init(
                execve: 5057, execveat: 5316, mprotect: 5010, clone: 5055, fork: 5056,
                exitGroup: 5205, mmap: 5009)
        } else if isAny(of: ["mipsn32", "mipsn32el"]) {
            self.init(
                execve: 6057, execveat: 6320, mprotect: 6010, clone: 6055, fork: 6056,
                exitGroup: 6205, mmap: 6009)
        } else if isAny(of: ["sparc", "sparc32plus", "sparc64"]) {
            self.init(
                execve: 59, execveat: 350, mprotect: 74, clone: 217, fork: 2, vfork: 66,
                exitGroup: 188, mmap: 71)
        } else if isAny(of: ["alpha"]) {
            self.init(
                execve: 59, execveat: 513, mprotect: 74, clone: 312, fork: 2, vfork: 66,
                exitGroup: 405, mmap: 71)
        } else if isAny(of: ["xtensa", "xtensaeb"]) {
            self.init(
                execve: 117, execveat: 341, mprotect: 82, clone: 116, exitGroup: 119, mmap: 80)
        } else {
            // The architectures that came after the numbers were made the same for all.
            self.init(
                execve: 221, execveat: 281, mprotect: 226, clone: 220, exitGroup: 94, mmap: 222)
        }
    }

    /// Whether the call replaces the program.
    func isExec(_ number: Int64) -> Bool { number == execve || number == execveat }

    /// Whether the call makes a process, or a thread.
    func makesProcess(_ number: Int64) -> Bool {
        number == clone || number == fork || number == vfork
    }

    /// Whether it does, or ends the process.
    func makesOrEndsProcess(_ number: Int64) -> Bool {
        makesProcess(number) || number == exitGroup
    }

    /// How long the memory without a file is that the call maps, in bytes; 0 where it does not, or that is not known.
    func anonymousLength(_ call: SystemCall) -> UInt64 {
        let noFile = UInt32.max
        guard call.number == mmap, UInt32(truncatingIfNeeded: call.arguments[4]) == noFile else {
            return 0
        }
        return call.arguments[1]
    }

    /// Whether the call, though it looks like one that changes a mapping, leaves in place what is
    /// mapped: each loading of a library ends with one.
    func isProtection(_ number: Int64) -> Bool { number == mprotect }
}
