import CHost
import Synchronization

/// Notices that the guest may have mapped memory, or taken a known file's away.
///
/// It goes by what the calls have in common on all architectures, since their numbers differ: what
/// maps memory returns a page-aligned address, and what changes a mapping has its address and length
/// as first arguments, or returns the address.
struct MappingWatch: ~Copyable {
    private static let pageMask = ELFLayout.pageSize - 1

    /// Memory in which no file was found is remembered, or the guest of a JIT compiler would pay for
    /// reading the process's map with each block. It can become a file's only by a call that maps
    /// memory; after one, a new block in such memory costs a look at its page (``HostMemory``).
    private let hasMapped = Atomic(false)
    /// A call that changes a known file's memory is over.
    private let hasChangedFile = Atomic(false)
    /// Raised when calls may have begun or returned without notice.
    private let epoch = Atomic<UInt32>(0)

    /// Whether the arguments can be those of a call that changes a mapping.
    static func canChange(_ start: UInt64, _ length: UInt64) -> Bool {
        start != 0 && start & pageMask == 0 && length != 0
    }

    /// Tells that the calling thread begins a system call.
    ///
    /// - Parameters:
    ///   - changesFile: whether it changes a known file's memory.
    ///   - anonymousLength: how long the memory without a file is that it maps, if it does.
    borrowing func systemCallBegins(changesFile: Bool, anonymousLength: UInt64) {
        _ = host_thread_set_length(anonymousLength)
        _ = host_thread_set(HOST_THREAD_CHANGES_FILE, changesFile)
        _ = host_thread_set_epoch(epoch.load(ordering: .relaxed))
    }

    /// The address that a result can be, of what a call has mapped; nil where it is none.
    static func mapped(by result: Int64) -> UInt64? {
        let address = UInt64(bitPattern: result)
        return address != 0 && address & pageMask == 0 ? address : nil
    }

    /// How long the memory without a file is that the calling thread's system call, which has returned, has mapped;
    /// 0 where it has not, or that is not known.
    static func takeAnonymousLength() -> UInt64 { host_thread_set_length(0) }

    /// Tells of the result of the calling thread's system call.
    ///
    /// - Parameter hidesFile: whether it is an address at which a known file was.
    borrowing func systemCallReturned(_ result: Int64, hidesFile: Bool) {
        if MappingWatch.mapped(by: result) != nil {
            hasMapped.store(true, ordering: .releasing)
        }
        let epoch = epoch.load(ordering: .relaxed)
        let changesFile = host_thread_set(HOST_THREAD_CHANGES_FILE, false)
        if changesFile || hidesFile || host_thread_set_epoch(epoch) != epoch {
            hasChangedFile.store(true, ordering: .releasing)
        }
    }

    /// Tells that calls may have returned, or have begun and not returned yet, without notice: this process
    /// is a forked child, which does not have the threads that made them, or QEMU had forgotten the callbacks
    /// for a moment.
    borrowing func missedCalls() {
        epoch.wrappingAdd(1, ordering: .relaxed)
        hasMapped.store(true, ordering: .releasing)
        hasChangedFile.store(true, ordering: .releasing)
    }

    /// Whether anything was mapped since the last asking.
    borrowing func takeMapped() -> Bool { MappingWatch.take(hasMapped) }

    /// Whether a known file's memory was changed since the last asking.
    borrowing func takeChangedFile() -> Bool { MappingWatch.take(hasChangedFile) }

    private static func take(_ flag: borrowing Atomic<Bool>) -> Bool {
        // Mostly there is nothing, which a load shows for less.
        guard flag.load(ordering: .relaxed) else { return false }
        return flag.exchange(false, ordering: .acquiring)
    }
}
