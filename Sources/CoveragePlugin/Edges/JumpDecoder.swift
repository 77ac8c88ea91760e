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
    private let set: LastInstruction

    /// Nil for a guest whose instructions are not known.
    init?(_ host: HostInformation) {
        let known: [(StaticString, LastInstruction)] = [
            ("x86_64", .x8664), ("i386", .i386), ("aarch64", .aarch64), ("arm", .arm),
            ("riscv64", .riscv64), ("riscv32", .riscv32), ("s390x", .s390x),
        ]
        for (name, set) in known where host.targets(name) {
            self.set = set
            return
        }
        return nil
    }

    /// The jump that the block's last instruction is; nil where it is another.
    func jump(at end: BlockPart, of block: borrowing TranslationBlock) -> ConditionalJump? {
        let (address, size) = (end.last.address, end.last.size)
        let set = set(of: end, block)
        var bytes: [UInt8] = []
        for number in max(end.first, end.end - 1 - set.mostBefore)..<end.end {
            bytes += block.withInstruction(at: number) { $0.data } ?? []
        }
        let behind = address &+ size
        guard let branch = set.branch(of: bytes.span, endingAt: behind), branch.isConditional,
            // It leads to one place only.
            branch.target != behind
        else { return nil }
        return ConditionalJump(
            address: address, size: UInt16(truncatingIfNeeded: size), target: branch.target)
    }

    /// 32-bit ARM has two sets, and QEMU does not say which of them a block is of.
    private func set(
        of part: BlockPart, _ block: borrowing TranslationBlock
    ) -> LastInstruction {
        guard case .arm = set else { return set }
        if part.address & 3 != 0 { return .thumb }
        var last: [UInt8] = []
        var canBeThumb = true
        for number in 0..<block.instructionCount where canBeThumb {
            last = block.withInstruction(at: number) { $0.data } ?? []
            guard last.count == 4 else { return .thumb }
            // How each of Thumb's long instructions begins.
            canBeThumb = last[1] >= 0xE8
        }
        guard canBeThumb, LastInstruction.thumb.branch(of: last.span, endingAt: 0) != nil else {
            return .arm
        }
        guard LastInstruction.arm.branch(of: last.span, endingAt: 0) != nil else { return .thumb }
        // What leads elsewhere in both is told by what QEMU's disassembler calls it: in Thumb it has a width
        // (`bne.w`), or is one of these, which have no condition.
        let text = block.withInstruction(at: part.end - 1) { $0.disassembly } ?? nil
        let name = (text ?? "").utf8.prefix { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
        let names: [StaticString] = ["bl", "blx", "tbb", "tbh"]
        return name.contains(UInt8(ascii: ".")) || names.contains { Array(name).isText($0) }
            ? .thumb : .arm
    }
}
