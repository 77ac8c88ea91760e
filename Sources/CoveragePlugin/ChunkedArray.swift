import CQEMUPlugin

/// A growing array whose elements never move: generated code may hold their addresses. It grows by
/// chunks of pages that take no memory until they are touched, and is never freed.
@safe
struct ChunkedArray<Element: BitwiseCopyable>: ~Copyable {
    private(set) var count = 0
    private var chunks: [UnsafeMutablePointer<Element>] = unsafe []

    /// 2^16 elements a chunk: half a megabyte of counters.
    private static var shift: Int { 16 }
    private static var mask: Int { (1 << shift) - 1 }

    /// False where the system has no room.
    mutating func append(_ element: Element) -> Bool {
        if count & Self.mask == 0, unsafe chunks.count == count >> Self.shift {
            let bytes = MemoryLayout<Element>.stride << Self.shift
            guard let memory = unsafe host_map(bytes) else { return false }
            unsafe chunks.append(
                memory.bindMemory(to: Element.self, capacity: 1 << Self.shift))
        }
        unsafe chunks[count >> Self.shift].advanced(by: count & Self.mask).initialize(to: element)
        count += 1
        return true
    }

    subscript(index: Int) -> Element {
        precondition(index >= 0 && index < count)
        return unsafe chunks[index >> Self.shift][index & Self.mask]
    }

    /// Valid until the process ends.
    @unsafe
    func address(of index: Int) -> UnsafeMutablePointer<Element> {
        precondition(index >= 0 && index < count)
        return unsafe chunks[index >> Self.shift].advanced(by: index & Self.mask)
    }
}
