/// ARM of 32 bits, with instructions of 2 or 4 bytes.
struct Thumb: InstructionReader {
    private static let pc: UInt32 = 15
    private static let lr: UInt32 = 14

    /// How many instructions behind the last one depend on a condition that was given ahead.
    private var dependent = 0
    /// Whether the last one does.
    private var isDependent = false

    @inline(__always)
    mutating func length(_ bytes: Span<UInt8>, at offset: Int) -> Int {
        let first = bytes.little16(at: offset)
        let length = first >> 11 >= 0b11101 ? 4 : 2
        guard offset + length <= bytes.count else { return 0 }
        isDependent = dependent > 0
        if first >> 8 == 0xBF, first & 0xF != 0 {  // it
            dependent = 4 - first.trailingZeroBitCount
        } else if dependent > 0 {
            dependent -= 1
        }
        return length
    }

    func branch(_ bytes: Span<UInt8>, at offset: Int, length: Int, address: UInt64) -> Branch? {
        let first = bytes.little16(at: offset)
        var found =
            length == 2
            ? short(first, address) : long(first, bytes.little16(at: offset + 2), address)
        if isDependent { found?.isConditional = true }
        return found
    }

    /// The processor is 4 bytes ahead.
    private func target(_ address: UInt64, _ distance: UInt64) -> UInt64 {
        (address &+ 4 &+ distance) & 0xFFFF_FFFF
    }

    private func short(_ word: UInt32, _ address: UInt64) -> Branch? {
        switch word >> 8 {
        case 0xD0...0xDD: return .conditional(target(address, (word & 0xFF).signed(8) &* 2))
        case 0xDE: return .leave  // udf
        case 0xE0...0xE7: return .jump(target(address, (word & 0x7FF).signed(11) &* 2))
        case 0xB1, 0xB3, 0xB9, 0xBB:  // cbz, cbnz
            let distance = word.bits(3, 5) | word.bits(9, 1) << 5
            return .conditional(target(address, UInt64(distance) * 2))
        case 0xBD: return .leave  // pop {…, pc}
        case 0x44, 0x46:  // add, mov
            guard word.bits(0, 3) | word.bits(7, 1) << 3 == Thumb.pc else { return nil }
            return word >> 8 == 0x46 && word.bits(3, 4) == Thumb.lr ? .leave : .jump(nil)
        case 0x47:  // bx, blx
            if word.bits(7, 1) == 1 { return .call(nil) }
            return word.bits(3, 4) == Thumb.lr ? .leave : .jump(nil)
        default: return nil
        }
    }

    private func long(_ first: UInt32, _ second: UInt32, _ address: UInt64) -> Branch? {
        if first >> 11 == 0b11110, second.bits(15, 1) == 1 {
            return control(first, second, address)
        }
        if first & 0xFE50 == 0xE810, second.bits(15, 1) == 1 { return .leave }  // ldm and pop; rfe
        if first & 0xFFF0 == 0xE8D0, second & 0xFFE0 == 0xF000 { return .jump(nil) }  // tbb, tbh
        if first & 0xFF70 == 0xF850, second >> 12 == Thumb.pc {  // ldr
            return first == 0xF85D && second == 0xFB04 ? .leave : .jump(nil)
        }
        return nil
    }

    /// Branches, and what stands among them.
    private func control(_ first: UInt32, _ second: UInt32, _ address: UInt64) -> Branch? {
        let (sign, high, low) = (first.bits(10, 1), first & 0x3FF, second & 0x7FF)
        let (j1, j2) = (second.bits(13, 1), second.bits(11, 1))
        /// A distance of 25 bits; two of them are written so that they are set where the sign is not.
        var far: UInt64 {
            let top = sign << 24 | (j1 ^ sign ^ 1) << 23 | (j2 ^ sign ^ 1) << 22
            return (top | high << 12 | low << 1).signed(25)
        }
        switch (second.bits(14, 1), second.bits(12, 1)) {
        case (0, 1): return .jump(target(address, far))
        case (1, 1): return .call(target(address, far))
        case (1, 0):
            if second & 1 == 0 { return .call(target(address & ~3, far)) }  // blx, to ARM code
            return loop(first, second, address)
        default: break
        }
        if first.bits(6, 4) < 14 {
            let top = sign << 20 | j2 << 19 | j1 << 18
            return .conditional(
                target(address, (top | (first & 0x3F) << 12 | low << 1).signed(21)))
        }
        if first >> 4 == 0xF3D, second >> 8 == 0x8F { return .leave }  // subs pc, lr; eret
        if first >> 4 == 0xF3C, second == 0x8F00 { return .jump(nil) }  // bxj
        return first >> 4 == 0xF7F && second >> 12 == 0xA ? .leave : nil  // udf
    }

    /// Loops of ARMv8.1-M: le, which leads back, and wls, which leads past one.
    private func loop(_ first: UInt32, _ second: UInt32, _ address: UInt64) -> Branch? {
        guard second >> 12 == 0xC, first & 0xFF80 == 0xF000 else { return nil }
        let distance = UInt64(second.bits(1, 10) * 4 + second.bits(11, 1) * 2)
        let isBack = first & 15 == 15
        return .conditional(target(address, isBack ? 0 &- distance : distance))
    }

    // As with ARM's other instructions.
    func isStatement(_ bytes: Span<UInt8>, at offset: Int, length: Int) -> Bool {
        isNothing(bytes, at: offset, length: length)
            || length == 2 && bytes.little16(at: offset) & 0xF838 == 0x6838  // ldr, from the frame
    }

    func isNothing(_ bytes: Span<UInt8>, at offset: Int, length: Int) -> Bool {
        let half = bytes.little16(at: offset)
        return length == 2 && (half == 0xBF00 || half == 0x46C0)  // nop, mov r8, r8
    }

    func isTrap(_ bytes: Span<UInt8>, at offset: Int, length: Int) -> Bool {
        length == 2
            ? bytes.little16(at: offset) >> 8 == 0xDE
            : bytes.little16(at: offset) >> 4 == 0xF7F  // udf
    }
}
