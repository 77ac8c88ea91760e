/// RISC-V of 32 and 64 bits, with compressed instructions or without.
struct RISCV: InstructionReader {
    private let is64Bit: Bool

    init(is64Bit: Bool) { self.is64Bit = is64Bit }

    @inline(__always)
    func length(_ bytes: Span<UInt8>, at offset: Int) -> Int {
        let first = bytes.little16(at: offset)
        let length =
            if first & 3 != 3 { 2 } else if first & 0x1F != 0x1F { 4 } else if first & 0x3F == 0x1F
            { 6 } else if first & 0x7F == 0x3F { 8 } else { 0 }
        return offset + length <= bytes.count ? length : 0
    }

    func branch(_ bytes: Span<UInt8>, at offset: Int, length: Int, address: UInt64) -> Branch? {
        switch length {
        case 2: compressed(bytes.little16(at: offset), address)
        case 4: full(bytes.little32(at: offset), address)
        default: nil
        }
    }

    private func target(_ address: UInt64, _ distance: UInt64) -> UInt64 {
        let target = address &+ distance
        return is64Bit ? target : target & 0xFFFF_FFFF
    }

    /// Registers that hold where a call returns to, which is how calls are told from jumps.
    private func isLink(_ register: UInt32) -> Bool { register == 1 || register == 5 }

    private func full(_ word: UInt32, _ address: UInt64) -> Branch? {
        let (destination, source) = (word.bits(7, 5), word.bits(15, 5))
        switch word.bits(0, 7) {
        case 0x63:
            guard word.bits(12, 3) & 6 != 2 else { return nil }
            let high = word.bits(31, 1) << 12 | word.bits(7, 1) << 11
            let low = word.bits(25, 6) << 5 | word.bits(8, 4) << 1
            return .conditional(target(address, (high | low).signed(13)))
        case 0x6F:
            let high = word.bits(31, 1) << 20 | word.bits(12, 8) << 12
            let low = word.bits(20, 1) << 11 | word.bits(21, 10) << 1
            let place = target(address, (high | low).signed(21))
            return isLink(destination) ? .call(place) : .jump(place)
        case 0x67 where word.bits(12, 3) == 0:
            if isLink(destination) { return .call(nil) }
            return isLink(source) ? .leave : .jump(nil)
        case 0x73:
            switch word {
            // sret, mret, dret, mnret; unimp
            case 0x1020_0073, 0x3020_0073, 0x7B20_0073, 0x7020_0073, 0xC000_1073: return .leave
            default: return nil
            }
        default: return nil
        }
    }

    private func compressed(_ word: UInt32, _ address: UInt64) -> Branch? {
        switch (word & 3, word >> 13) {
        case (0, 0): return word == 0 ? .leave : nil  // unimp
        case (1, 5): return .jump(jump(word, address))
        case (1, 1): return is64Bit ? nil : .call(jump(word, address))
        case (1, 6), (1, 7):
            let high = word.bits(12, 1) << 8 | word.bits(5, 2) << 6 | word.bits(2, 1) << 5
            let low = word.bits(10, 2) << 3 | word.bits(3, 2) << 1
            return .conditional(target(address, (high | low).signed(9)))
        case (2, 4):
            let source = word.bits(7, 5)
            guard word.bits(2, 5) == 0, source != 0 else { return nil }
            if word.bits(12, 1) == 1 { return .call(nil) }
            return isLink(source) ? .leave : .jump(nil)
        default: return nil
        }
    }

    private func jump(_ word: UInt32, _ address: UInt64) -> UInt64 {
        let high = word.bits(12, 1) << 11 | word.bits(8, 1) << 10 | word.bits(9, 2) << 8
        let middle = word.bits(6, 1) << 7 | word.bits(7, 1) << 6 | word.bits(2, 1) << 5
        let low = word.bits(11, 1) << 4 | word.bits(3, 3) << 1
        return target(address, (high | middle | low).signed(12))
    }

    func isStatement(_ bytes: Span<UInt8>, at offset: Int, length: Int) -> Bool {
        length == 2
            ? bytes.little16(at: offset) == 1 : bytes.little32(at: offset) == 0x13  // nop
    }

    func isTrap(_ bytes: Span<UInt8>, at offset: Int, length: Int) -> Bool {
        length == 2
            ? bytes.little16(at: offset) == 0 : bytes.little32(at: offset) == 0xC000_1073
    }
}
