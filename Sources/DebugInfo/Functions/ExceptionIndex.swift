import CElfutils

/// The functions in ARM's index of exceptions, `.ARM.exidx` (Exception Handling ABI for the Arm Architecture, 5): where
/// each begins. A linker leaves out a function that is unwound as the one before it.
enum ExceptionIndex {
    private static let name = ".ARM.exidx"
    private static let entrySize = 8
    /// What stands in the place of an entry's instructions where nothing is unwound.
    private static let cannotUnwind: UInt32 = 1

    /// Those of an ELF file.
    static func functions(
        _ elf: OpaquePointer, _ image: Image, _ damage: TableDamage
    ) -> [FoundFunction] {
        guard !image.isRelocatable,
            let section = unsafe ELFSections.found(name, elf, damage)
        else { return [] }
        var found: [FoundFunction] = []
        for offset in stride(from: 0, to: section.count, by: entrySize) {
            var cursor = section.cursor(at: offset)
            let word = cursor.fixed(UInt32.self)
            let instructions = cursor.fixed(UInt32.self)
            guard !cursor.isBroken else {
                damage.add(name, at: offset, "an entry is cut off")
                break
            }
            // 31 bits, counted from the entry itself.
            let distance = Int32(bitPattern: word << 1) >> 1
            let sum = section.address &+ UInt64(offset) &+ UInt64(bitPattern: Int64(distance))
            let address = sum & section.mask & ~1
            // The last can stand for what is behind all code.
            guard image.isCode(address) || instructions == cannotUnwind else {
                damage.add(name, at: offset, "an entry is of an address that has no code")
                continue
            }
            if let last = found.last, last.address > address {
                damage.add(name, at: offset, "an entry is of code before the last one's")
            }
            found.append(
                FoundFunction(address: address, size: 0, name: nil, source: .unwindTable))
        }
        return found
    }
}
