import MachineCodeEmbedded
import QEMUPluginEmbedded

/// A conditional jump that a block ends with: two places can come next.
struct ConditionalJump {
    /// The guest address of its first byte.
    let address: UInt64
    /// Its length in bytes.
    let size: UInt16
    /// Where it leads; nil where a register or memory says that.
    let target: UInt64?

    /// The address behind it.
    var end: UInt64 { address &+ UInt64(size) }
}

/// Tells whether a block ends with a conditional jump.
///
/// Every conditional jump ends QEMU's block. An instruction of ARM that depends on a condition and does not
/// jump does not, and leads to one place only.
struct JumpDecoder {
    private let set: InstructionSet
    private var states = ThumbStates()

    /// Nil for a guest whose instructions are not known.
    init?(_ host: HostInformation) {
        for (name, set) in InstructionSet.emulated where host.targets(name) {
            self.set = set
            return
        }
        return nil
    }

    /// The jump that the block's last instruction is; nil where it is another.
    mutating func jump(
        at end: BlockPart, of block: borrowing TranslationBlock
    ) -> ConditionalJump? {
        let (address, size) = (end.last.address, end.last.size)
        let set = set(of: end, block)
        var bytes: [UInt8] = []
        for number in max(end.first, end.end - 1 - set.mostBefore)..<end.end {
            bytes += block.withInstruction(at: number) { $0.data } ?? []
        }
        let behind = address &+ size
        guard let branch = set.lastBranch(of: bytes, endingAt: behind), branch.isConditional,
            // It leads to one place only.
            branch.target != behind
        else { return nil }
        return ConditionalJump(
            address: address, size: UInt16(truncatingIfNeeded: size), target: branch.target)
    }

    /// 32-bit ARM has two sets, and QEMU does not say which of them a block is of.
    private mutating func set(
        of part: BlockPart, _ block: borrowing TranslationBlock
    ) -> InstructionSet {
        guard case .arm = set else { return set }
        let told = JumpDecoder.isThumb(part, block)
        if let told { states.note(told, at: part.address) }
        // Where nothing beside it has told either, it is the set that compilers make by default.
        return told ?? states.state(at: part.address) ?? true ? .thumb : .arm
    }

    /// Whether a block of 32-bit ARM is Thumb; nil where it may be either.
    private static func isThumb(
        _ part: BlockPart, _ block: borrowing TranslationBlock
    ) -> Bool? {
        // Of the last, too: before QEMU 9.1, the instruction before it can have its bytes, at the end of a page
        // (see ``TranslatorFault``).
        if part.address & 3 != 0 || part.last.address & 3 != 0 { return true }
        var last: [UInt8] = []
        for number in 0..<block.instructionCount {
            last = block.withInstruction(at: number) { $0.data } ?? []
            guard last.count == 4 else { return true }
            // How each of Thumb's long instructions begins.
            if last[1] < 0xE8 { return false }
        }
        guard InstructionSet.thumb.lastBranch(of: last, endingAt: 0) != nil else { return false }
        guard InstructionSet.arm.lastBranch(of: last, endingAt: 0) != nil else { return true }
        // What leads elsewhere in both is told by what QEMU's disassembler calls it: in Thumb it has a width
        // (`bne.w`), or is one of these, which have no condition.
        let text = block.withInstruction(at: part.end - 1) { $0.disassemblyBytes } ?? []
        guard !text.isEmpty else { return nil }
        let name = Array(text.prefix { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") })
        return name.contains(UInt8(ascii: ".")) || name.isText("bl") || name.isText("blx")
            || name.isText("tbb") || name.isText("tbh")
    }
}

/// Whether code of 32-bit ARM was Thumb, by where it lies: code beside it is of the same set, as good as always.
/// Code that was replaced tells anew.
private struct ThumbStates {
    /// By a part of the address: how much of the address above it is known, and the state.
    private var known: [UInt32] = []

    private static let count = 4096
    /// Linkage stubs can be in ARM's set beside Thumb code, so what is near counts first.
    private static let sizes: [UInt64] = [6, 12]

    mutating func note(_ isThumb: Bool, at address: UInt64) {
        if known.isEmpty { known = Array(repeating: 0, count: ThumbStates.count) }
        for bits in ThumbStates.sizes {
            let key = ThumbStates.key(address, bits)
            known[Int(key) % ThumbStates.count] = key << 1 | (isThumb ? 1 : 0)
        }
    }

    /// Nil where nothing is known.
    func state(at address: UInt64) -> Bool? {
        guard !known.isEmpty else { return nil }
        for bits in ThumbStates.sizes {
            let key = ThumbStates.key(address, bits)
            let found = known[Int(key) % ThumbStates.count]
            if found >> 1 == key { return found & 1 != 0 }
        }
        return nil
    }

    /// Above 0 and below 2³¹, for an address below 2³².
    private static func key(_ address: UInt64, _ bits: UInt64) -> UInt32 {
        UInt32(truncatingIfNeeded: (address & 0xFFFF_FFFF) >> bits) | 1 << (bits == 6 ? 29 : 30)
    }
}
