import CElfutils

/// The functions in ARM's index of exceptions, `.ARM.exidx` (Exception Handling ABI for the Arm Architecture, 5): where
/// each begins. A linker leaves out a function that is unwound as the one before it.
enum ExceptionIndex {
    private static let entrySize = 8

    /// Those of an ELF file.
    static func functions(_ elf: OpaquePointer, _ image: Image) -> [FoundFunction] {
        guard !image.isRelocatable, let section = unsafe ELFSections.found(".ARM.exidx", elf)
        else { return [] }
        var found: [FoundFunction] = []
        for offset in stride(from: 0, to: section.count, by: entrySize) {
            var cursor = section.cursor(at: offset)
            let word = cursor.fixed(UInt32.self)
            guard !cursor.isBroken else { break }
            // 31 bits, counted from the entry itself.
            let distance = Int32(bitPattern: word << 1) >> 1
            let address = section.address &+ UInt64(offset) &+ UInt64(bitPattern: Int64(distance))
            found.append(
                FoundFunction(
                    address: address & section.mask & ~1, size: 0, name: nil, source: .unwindTable))
        }
        return found
    }
}
