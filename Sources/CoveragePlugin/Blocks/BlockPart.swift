import QEMUPluginEmbedded

/// Some of a translation block's instructions, one behind the other, that are recorded as one block:
/// all of them, but where recording begins or ends within the block.
struct BlockPart {
    /// The number of its first instruction in the block, and the one behind its last.
    let first: Int
    let end: Int
    /// The guest address of its first byte.
    let address: UInt64
    /// Its length in bytes.
    let size: UInt16
    /// See ``TranslatorFault``: the sizes of its first instruction and its last, and the address of that.
    let firstSize: UInt64
    let last: (address: UInt64, size: UInt64)
    /// Whether the translation block ends with it.
    let isEnd: Bool

    /// Nil where the block has no such instructions.
    @_optimize(speed)
    init?(_ block: borrowing TranslationBlock, from first: Int = 0, to end: Int? = nil) {
        let count = block.instructionCount
        self.first = first
        self.end = end ?? count
        isEnd = self.end == count
        typealias Place = (address: UInt64, size: UInt64)
        guard
            let begin = block.withInstruction(
                at: first, { ($0.address, UInt64($0.size)) as Place }),
            let last = block.withInstruction(
                at: self.end - 1, { ($0.address, UInt64($0.size)) as Place })
        else { return nil }
        address = begin.address
        firstSize = begin.size
        self.last = last
        size = UInt16(clamping: last.address &+ last.size &- begin.address)
    }

    /// Whether an instruction of it can be at an address.
    func reaches(_ address: UInt64?) -> Bool {
        address.map { $0 >= self.address && $0 <= last.address } ?? false
    }
}
