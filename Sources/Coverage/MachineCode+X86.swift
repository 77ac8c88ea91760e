extension MachineCode.Section {
    /// How the instruction before the byte with number `end` leaves; nil where it goes on.
    ///
    /// Instructions cannot be read backwards for certain. Where bytes can be read in two ways, the one
    /// that leads to a place in the same section is taken.
    func x86Branch(endingAt end: Int) -> Branch? {
        guard end >= 2, end <= bytes.count else { return nil }
        func byte(_ distance: Int) -> UInt8 { distance <= end ? bytes[end - distance] : 0 }
        if end >= 5, let target = target(ofFar: end) {
            if byte(6) == 0x0F, byte(5) & 0xF0 == 0x80 { return .conditional(target) }
            if byte(5) == 0xE9 { return .jump(target) }
            if byte(5) == 0xE8 { return .call }
        }
        let last = byte(1)
        // The immediate byte of `add $120,%rsp` before a return would be a branch.
        let isReturn = last == 0xC3 && byte(4) == 0x83 && byte(3) == 0xC4
        let near = start &+ UInt64(end) &+ UInt64(bitPattern: Int64(Int8(bitPattern: last)))
        if !isReturn, contains(near) {
            switch byte(2) {
            case 0x70...0x7F, 0xE0...0xE3: return .conditional(near)  // jcc; loop, jrcxz
            case 0xEB: return .jump(near)
            default: break
            }
        }
        if let indirect = indirect(byte) { return indirect }
        if last == 0xC3 || last == 0xF4 || (last == 0x0B && byte(2) == 0x0F) || byte(3) == 0xC2 {
            return .leave  // ret, hlt, ud2, ret with a number
        }
        return nil
    }

    /// Where a distance of 32 bits leads; nil if that is not in the section.
    private func target(ofFar end: Int) -> UInt64? {
        let distance = (1...4).reduce(UInt32(0)) { $0 << 8 | UInt32(bytes[end - $1]) }
        let target =
            start &+ UInt64(end) &+ UInt64(bitPattern: Int64(Int32(bitPattern: distance)))
        return contains(target) ? target : nil
    }

    /// A call or jump through a register or memory, whose second byte has the operand's kind.
    private func indirect(_ byte: (Int) -> UInt8) -> Branch? {
        func kind(_ distance: Int, _ modes: ClosedRange<UInt8>) -> Branch? {
            let operand = byte(distance - 1)
            guard byte(distance) == 0xFF, modes.contains(operand >> 6) else { return nil }
            return switch operand >> 3 & 7 {
            case 2: .call
            case 4: .jump(nil)
            default: nil
            }
        }
        // A register, or what it points to; with a distance of one byte; with one of four.
        if let found = kind(2, 3...3) ?? kind(3, 1...1) ?? kind(6, 2...2) { return found }
        guard byte(6) == 0xFF, byte(5) >> 6 == 0, byte(5) & 7 == 5 else { return kind(2, 0...0) }
        return kind(6, 0...0)
    }
}
