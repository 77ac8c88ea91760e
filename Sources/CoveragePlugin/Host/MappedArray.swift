import CHost

/// A fixed number of zero-initialised elements in pages of their own: what is never touched takes no
/// memory.
@safe
struct MappedArray<Element: BitwiseCopyable>: ~Copyable {
    let count: Int
    private let start: UnsafeMutablePointer<Element>

    /// All bits of an element 0 must be a valid element. Nil where the system has no room.
    init?(count: Int) {
        let (bytes, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Element>.stride)
        guard !overflow, bytes > 0, let memory = unsafe host_map(bytes) else { return nil }
        self.count = count
        unsafe start = memory.bindMemory(to: Element.self, capacity: count)
    }

    deinit { unsafe host_unmap(start, count * MemoryLayout<Element>.stride) }

    subscript(index: Int) -> Element {
        get {
            precondition(index >= 0 && index < count)
            return unsafe start[index]
        }
        nonmutating set {
            precondition(index >= 0 && index < count)
            unsafe start[index] = newValue
        }
    }
}
