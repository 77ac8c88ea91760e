import CHost
import CQEMUPlugin
import QEMUPluginEmbedded

/// Tells which system calls of a program may be made once for all its inputs.
///
/// Those are the calls that neither depend on the input nor leave anything outside of the process: what a
/// program's start consists of. A call that is not known to be one of them is not, so a fork server forks too
/// early rather than too late.
struct ForkPoint {
    /// What of a call decides, by the number of the argument.
    private enum Rule {
        /// Harmless whatever the arguments are.
        case always
        /// Where the descriptor is not standard input.
        case descriptor(Int)
        /// Where the descriptor is a file that the program has opened itself.
        case openedFile(Int)
        /// Where the path is the system's, or empty, and the descriptor before it not standard input.
        case path(Int)
        /// Where the path is the system's, and nothing is opened to be written to.
        case open(Int, flags: Int)
        /// Where the argument is null, so that a value is asked for and none is set.
        case query(Int)
        /// Where a terminal's settings are asked for, not of standard input.
        case terminal
        /// Where the advice is not that children have none of the memory, or zeroes in its place.
        case advice
        /// Where the memory is of no file that was open before the program, and is not shared, so that each child has
        /// its own, or cannot be written to.
        case mapping(argumentsInMemory: Bool)
    }

    /// What a call means for the number of the program's thread.
    enum Step {
        /// The program asks for memory.
        case memory
        /// It says where the system is to clear the number when the thread ends, and gets the number.
        case threadNumber
    }

    private let target: [UInt8]

    init(_ host: HostInformation) { target = host.targetName }

    /// Whether the call may be made once for all inputs.
    ///
    /// - Parameter guestBase: where in this process the guest's address 0 is.
    func isHarmless(_ call: SystemCall, guestBase: UInt64) -> Bool {
        guard let rule = rule(for: call.number) else { return false }
        let arguments = call.arguments
        func descriptor(_ index: Int) -> Int32 { Int32(truncatingIfNeeded: arguments[index]) }
        func path(_ index: Int) -> [UInt8]? {
            HostMemory.text(at: guestBase &+ arguments[index])
        }
        switch rule {
        case .always: return true
        case .descriptor(let index): return descriptor(index) > 0
        case .openedFile(let index): return descriptor(index) > 2
        case .query(let index): return arguments[index] == 0
        case .terminal: return descriptor(0) > 0 && arguments[1] == ForkPoint.terminalSettings
        case .mapping(let isInMemory):
            guard !isInMemory || !hasArgumentsInMemory else {
                return ForkPoint.isOwn(mappingInMemory(at: guestBase &+ arguments[0]))
            }
            return ForkPoint.isOwn(
                Mapping(
                    protection: UInt8(truncatingIfNeeded: arguments[2]),
                    flags: UInt8(truncatingIfNeeded: arguments[3]), descriptor: descriptor(4)))
        case .advice: return !ForkPoint.adviceOnForks.contains(arguments[2])
        case .path(let index):
            guard let path = path(index) else { return false }
            if path.isEmpty { return index > 0 && descriptor(index - 1) > 0 }
            return ForkPoint.isSystems(path)
        case .open(let index, let flags):
            guard arguments[flags] & ForkPoint.writingFlags == 0, let path = path(index) else {
                return false
            }
            return ForkPoint.isSystems(path)
        }
    }

    /// `O_WRONLY`, `O_RDWR` and `O_CREAT`, which are the same on all architectures whose calls have names.
    private static let writingFlags: UInt64 = 0o103
    /// `MADV_DONTFORK` and `MADV_WIPEONFORK`.
    private static let adviceOnForks: [UInt64] = [10, 18]
    /// `PROT_WRITE`, and of the flags `MAP_SHARED` and `MAP_ANONYMOUS`, likewise.
    private static let (writing, shared, anonymous): (UInt8, UInt8, UInt8) = (0x2, 0x1, 0x20)
    /// `TCGETS`.
    private static let terminalSettings: UInt64 = 0x5401

    /// Nil for calls that are none.
    func step(_ call: SystemCall) -> Step? {
        guard let name = unsafe text(of: call.number) else { return nil }
        if unsafe host_is_text(name, ("brk" as StaticString).utf8Start) { return .memory }
        let address: StaticString = "set_tid_address"
        return unsafe host_is_text(name, address.utf8Start) ? .threadNumber : nil
    }

    private func text(of number: Int64) -> UnsafePointer<CChar>? {
        unsafe target.withUnsafeBufferPointer {
            unsafe qemu_system_call_name($0.baseAddress, $0.count, number)
        }
    }

    private func rule(for number: Int64) -> Rule? {
        guard let name = unsafe text(of: number) else { return nil }
        for (names, rule) in ForkPoint.rules where unsafe host_has_word(names.utf8Start, name) {
            return rule
        }
        return nil
    }

    // The process's own number is missing on purpose: it would be its parent's.
    private static let rules: [(names: StaticString, rule: Rule)] = [
        (
            """
            arch_prctl brk futex getcwd getegid getegid32 geteuid geteuid32 getgid getgid32 getrandom getrlimit getuid \
            getuid32 mprotect mremap munmap riscv_flush_icache riscv_hwprobe rseq rt_sigaction rt_sigprocmask \
            sched_getaffinity set_robust_list set_thread_area set_tid_address sigaltstack sysinfo ugetrlimit uname
            """, .always
        ),
        ("madvise", .advice),
        ("mmap", .mapping(argumentsInMemory: true)), ("mmap2", .mapping(argumentsInMemory: false)),
        ("prlimit64", .query(2)),
        ("fstat fstat64", .descriptor(0)), ("ioctl", .terminal),
        ("_llseek close getdents64 lseek pread64 read readv", .openedFile(0)),
        ("access lstat lstat64 readlink stat stat64 statfs statfs64", .path(0)),
        ("faccessat faccessat2 fstatat64 newfstatat readlinkat statx", .path(1)),
        ("open", .open(0, flags: 1)), ("openat", .open(1, flags: 2)),
    ]

    /// Whether `mmap` takes the address of its arguments, which are words in memory.
    private var hasArgumentsInMemory: Bool {
        target.isText("s390x") || target.isText("i386")
    }

    /// What decides of the arguments of `mmap`: of the protection and the flags the lowest bytes.
    private struct Mapping {
        var protection: UInt8
        var flags: UInt8
        var descriptor: Int32
    }

    private func mappingInMemory(at address: UInt64) -> Mapping? {
        let isBig = target.isText("s390x")
        let width = isBig ? 8 : 4
        let size = 5 * width
        let arguments = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
            filled = Int(max(0, unsafe host_read_memory(address, buffer.baseAddress, size)))
        }
        guard arguments.count == size else { return nil }
        func lowest(_ number: Int) -> UInt8 {
            arguments[number * width + (isBig ? width - 1 : 0)]
        }
        // A number of a descriptor that is larger than a byte is none of the first three.
        let isSmall = arguments[(4 * width)...].count { $0 != 0 } <= 1 && lowest(4) <= 2
        return Mapping(
            protection: lowest(2), flags: lowest(3),
            descriptor: isSmall ? Int32(lowest(4)) : .max)
    }

    /// Anonymous memory that can only be read now is of use only when its protection is changed later.
    private static func isOwn(_ mapping: Mapping?) -> Bool {
        guard let mapping else { return false }
        let isAnonymous = mapping.flags & anonymous != 0
        guard isAnonymous || mapping.descriptor > 2 else { return false }
        guard mapping.flags & shared != 0 else { return true }
        return mapping.protection & writing == 0 && !isAnonymous
    }

    /// Whether the path is of the system or a library, so that it is no input.
    private static func isSystems(_ path: [UInt8]) -> Bool {
        guard !path.contains("/../") else { return false }
        for folder in folders where path.starts(with: folder) { return true }
        for file in files where path.isText(file) { return true }
        let name = path[((path.lastIndex(of: UInt8(ascii: "/")) ?? -1) + 1)...]
        return name.ends(with: ".so") || Array(name).contains(".so.")
    }

    private static let folders: [StaticString] = [
        "/etc/", "/lib/", "/lib32/", "/lib64/", "/libx32/", "/proc/sys/", "/sys/devices/system/",
        "/usr/lib/", "/usr/lib32/", "/usr/lib64/", "/usr/libexec/", "/usr/share/locale/",
        "/usr/share/zoneinfo/",
    ]
    private static let files: [StaticString] = [
        "/dev/null", "/dev/random", "/dev/urandom", "/dev/zero", "/proc/cpuinfo",
        "/proc/filesystems", "/proc/meminfo", "/proc/self/auxv", "/proc/self/cmdline",
        "/proc/self/exe", "/proc/self/maps", "/proc/stat",
    ]
}

extension [UInt8] {
    fileprivate func starts(with text: StaticString) -> Bool {
        text.withUTF8Buffer { unsafe starts(with: $0) }
    }

    fileprivate func contains(_ text: StaticString) -> Bool {
        guard count >= text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { text in
            (0...count - text.count).contains { unsafe self[$0...].starts(with: text) }
        }
    }
}

extension ArraySlice<UInt8> {
    fileprivate func ends(with text: StaticString) -> Bool {
        text.withUTF8Buffer { unsafe suffix($0.count).elementsEqual($0) }
    }
}
