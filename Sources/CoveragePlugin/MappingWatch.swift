import Synchronization

/// Notices that the guest may have mapped memory.
///
/// Memory in which no file was found is remembered, or the guest of a JIT compiler would pay for
/// reading the process's map with each block. It can become a file's only by a system call that maps
/// memory, and such a call returns a page-aligned address, however the guest's architecture numbers
/// its calls. After one, a new block in such memory costs a look at its page (``HostPage``).
struct MappingWatch: ~Copyable {
    private let hasChanged = Atomic(false)

    /// Tells of a system call's result; on any thread.
    borrowing func systemCallReturned(_ result: Int64) {
        if result != 0, result & Int64(ELFLayout.pageSize - 1) == 0 {
            hasChanged.store(true, ordering: .relaxed)
        }
    }

    /// Whether anything was mapped since the last asking.
    borrowing func takeChange() -> Bool {
        guard hasChanged.load(ordering: .relaxed) else { return false }
        hasChanged.store(false, ordering: .relaxed)
        return true
    }
}
