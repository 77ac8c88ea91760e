import Synchronization

/// Notices that the guest may have mapped memory, or taken a known file's away.
///
/// It goes by what the calls have in common on all architectures, since their numbers differ: what
/// maps memory returns a page-aligned address, and what changes a mapping has its address and length
/// as first arguments.
struct MappingWatch: ~Copyable {
    private static let pageMask = ELFLayout.pageSize - 1

    /// Memory in which no file was found is remembered, or the guest of a JIT compiler would pay for
    /// reading the process's map with each block. It can become a file's only by a call that maps
    /// memory; after one, a new block in such memory costs a look at its page (``HostPage``).
    private let hasMapped = Atomic(false)
    /// A call that changes a known file's memory is over.
    private let hasChangedFile = Atomic(false)
    /// One bit for each of 64 vCPUs in such a call; those beyond share the bits.
    private let changing = Atomic<UInt64>(0)

    /// Whether the arguments can be those of a call that changes a mapping.
    static func canChange(_ start: UInt64, _ length: UInt64) -> Bool {
        start != 0 && start & pageMask == 0 && length != 0
    }

    /// Tells that a vCPU has begun a call that changes a known file's memory; on any thread.
    borrowing func changeBegins(on vcpu: UInt32) {
        changing.bitwiseOr(MappingWatch.bit(vcpu), ordering: .relaxed)
    }

    /// Tells of a system call's result; on any thread.
    borrowing func systemCallReturned(on vcpu: UInt32, _ result: Int64) {
        if result != 0, result & Int64(MappingWatch.pageMask) == 0 {
            hasMapped.store(true, ordering: .relaxed)
        }
        let bit = MappingWatch.bit(vcpu)
        if changing.load(ordering: .relaxed) & bit != 0 {
            changing.bitwiseAnd(~bit, ordering: .relaxed)
            hasChangedFile.store(true, ordering: .releasing)
        }
    }

    /// Tells that this process was forked: calls of the parent's other threads may be done that never
    /// return here.
    borrowing func forked() {
        hasMapped.store(true, ordering: .relaxed)
        if changing.exchange(0, ordering: .relaxed) != 0 {
            hasChangedFile.store(true, ordering: .relaxed)
        }
    }

    /// Whether anything was mapped since the last asking.
    borrowing func takeMapped() -> Bool { MappingWatch.take(hasMapped) }

    /// Whether a known file's memory was changed since the last asking.
    borrowing func takeChangedFile() -> Bool { MappingWatch.take(hasChangedFile) }

    private static func take(_ flag: borrowing Atomic<Bool>) -> Bool {
        guard flag.load(ordering: .acquiring) else { return false }
        flag.store(false, ordering: .relaxed)
        return true
    }

    private static func bit(_ vcpu: UInt32) -> UInt64 { 1 << UInt64(vcpu % 64) }
}
