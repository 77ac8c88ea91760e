/// ARM of 32 bits, with instructions of 4 bytes, most of which can be made to depend on a condition. What
/// does not lead elsewhere is no branch for that.
struct ARM: InstructionReader {
    private static let pc: UInt32 = 15
    private static let lr: UInt32 = 14

    @inline(__always)
    func length(_ bytes: Span<UInt8>, at offset: Int) -> Int { offset + 4 <= bytes.count ? 4 : 0 }

    func branch(_ bytes: Span<UInt8>, at offset: Int, length: Int, address: UInt64) -> Branch? {
        let word = bytes.little32(at: offset)
        let condition = word >> 28
        if condition == 15 { return unconditional(word, address) }
        var found = branch(word, address)
        found?.isConditional = condition != 14
        return found
    }

    /// What a distance in words leads to; the processor is two instructions ahead.
    private func target(_ word: UInt32, _ address: UInt64) -> UInt64 {
        (address &+ 8 &+ word.bits(0, 24).signed(24) &* 4) & 0xFFFF_FFFF
    }

    private func unconditional(_ word: UInt32, _ address: UInt64) -> Branch? {
        if word.bits(25, 3) == 5 {  // blx, to Thumb code
            return .call(target(word, address) &+ UInt64(word.bits(24, 1)) * 2)
        }
        return word & 0xFE50_0000 == 0xF810_0000 ? .leave : nil  // rfe
    }

    private func branch(_ word: UInt32, _ address: UInt64) -> Branch? {
        let (destination, second) = (word.bits(12, 4), word.bits(0, 4))
        switch word.bits(25, 3) {
        case 5:
            return word.bits(24, 1) == 1
                ? .call(target(word, address)) : .jump(target(word, address))
        case 4:  // ldm
            let isLoad = word.bits(20, 1) == 1 && word.bits(15, 1) == 1
            return isLoad ? .leave : nil
        case 2, 3:  // ldr; in the place of ldr with a shift by a register stands something else
            if word & 0x0FF0_00F0 == 0x07F0_00F0 { return .leave }  // udf
            if word.bits(25, 3) == 3, word.bits(4, 1) == 1 { return nil }
            guard word.bits(20, 1) == 1, word.bits(22, 1) == 0, destination == ARM.pc else {
                return nil
            }
            let isPop = word & 0x0FFF_0FFF == 0x049D_0004  // pop {pc}
            return isPop ? .leave : .jump(nil)
        case 0 where word & 0x0FFF_FFD0 == 0x012F_FF10:  // bx, blx
            if word.bits(5, 1) == 1 { return .call(nil) }
            return second == ARM.lr ? .leave : .jump(nil)
        case 0 where word & 0x0FFF_FFF0 == 0x012F_FF20: return .jump(nil)  // bxj
        case 0 where word & 0x0FFF_FFFF == 0x0160_006E: return .leave  // eret
        case 0 where word & 0x90 == 0x90: return nil  // products, and loads of halves
        case 0, 1:
            let operation = word.bits(21, 4)
            // What only compares has no result, and others stand in its place.
            guard destination == ARM.pc, !(8...11).contains(operation) else { return nil }
            // mov pc, lr; and with the flags of before an exception
            let isMove = word & 0x0FEF_0FF0 == 0x01A0_0000
            return word.bits(20, 1) == 1 || (isMove && second == ARM.lr) ? .leave : .jump(nil)
        default: return nil
        }
    }

    // A constructor's end begins with what it returns: the object, from its frame.
    func isStatement(_ bytes: Span<UInt8>, at offset: Int, length: Int) -> Bool {
        isNothing(bytes, at: offset, length: length)
            || bytes.little32(at: offset) & 0x0F7F_0000 == 0x051B_0000  // ldr, from the frame
    }

    func isNothing(_ bytes: Span<UInt8>, at offset: Int, length: Int) -> Bool {
        let word = bytes.little32(at: offset)
        return word == 0xE320_F000 || word == 0xE1A0_0000  // nop, mov r0, r0
    }

    func isTrap(_ bytes: Span<UInt8>, at offset: Int, length: Int) -> Bool {
        bytes.little32(at: offset) & 0x0FF0_00F0 == 0x07F0_00F0  // udf
    }
}
