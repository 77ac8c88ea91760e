/// z/Architecture.
struct S390: InstructionReader {
    /// A condition that always holds.
    private static let always: UInt32 = 15
    /// The register that calls leave where to return to in.
    private static let link: UInt32 = 14

    @inline(__always)
    func length(_ bytes: Span<UInt8>, at offset: Int) -> Int {
        let length =
            switch bytes[offset] >> 6 {
            case 0: 2
            case 3: 6
            default: 4
            }
        return offset + length <= bytes.count ? length : 0
    }

    func branch(_ bytes: Span<UInt8>, at offset: Int, length: Int, address: UInt64) -> Branch? {
        let first = bytes.big16(at: offset)
        switch length {
        case 2: return short(first)
        case 4: return middle(first, bytes.big16(at: offset + 2), address)
        default: return long(first, bytes.big32(at: offset + 2), address)
        }
    }

    /// Distances are in halves of words.
    private func target(_ address: UInt64, _ distance: UInt64) -> UInt64 {
        address &+ distance &* 2
    }

    /// A jump where the mask has one of the values that a comparison can have.
    private func branch(_ mask: UInt32, _ target: UInt64?) -> Branch? {
        switch mask {
        case 0: nil
        case S390.always: .jump(target)
        default: .conditional(target)
        }
    }

    private func short(_ word: UInt32) -> Branch? {
        let (first, second) = (word.bits(4, 4), word.bits(0, 4))
        switch word {
        case 0x0101: return .leave  // pr
        default: break
        }
        // With register 0 there is no jump.
        guard second != 0 else { return nil }
        switch word >> 8 {
        case 0x07:
            guard first != 0 else { return nil }
            return Branch(
                second == S390.link ? .leave : .jump, isConditional: first != S390.always)
        case 0x05, 0x0C, 0x0D: return .call(nil)  // balr, bassm, basr
        case 0x06: return .conditional(nil)  // bctr
        case 0x0B: return .jump(nil)  // bsm
        default: return nil
        }
    }

    private func middle(_ first: UInt32, _ second: UInt32, _ address: UInt64) -> Branch? {
        let mask = first.bits(4, 4)
        let near = target(address, second.signed(16))
        switch first >> 8 {
        case 0x47: return branch(mask, nil)
        case 0x45, 0x4D: return .call(nil)
        case 0x46, 0x86, 0x87: return .conditional(nil)  // bct, bxh, bxle
        case 0x84, 0x85: return .conditional(near)  // brxh, brxle
        case 0x82: return .leave  // lpsw
        case 0xA7:
            switch first & 15 {
            case 4: return branch(mask, near)
            case 5: return .call(near)
            case 6, 7: return .conditional(near)  // brct, brctg
            default: return nil
            }
        case 0xB2:
            switch first & 0xFF {
            case 0x18, 0x58, 0x5A: return .call(nil)  // pc, bsg, bsa
            case 0x40: return second & 15 == 0 ? nil : .call(nil)  // bakr
            case 0x77, 0xB2: return .leave  // rp, lpswe
            default: return nil
            }
        case 0xB9:  // bctgr
            return first & 0xFF == 0x46 && second & 15 != 0 ? .conditional(nil) : nil
        default: return nil
        }
    }

    private func long(_ first: UInt32, _ rest: UInt32, _ address: UInt64) -> Branch? {
        let mask = first.bits(4, 4)
        let near = target(address, (rest >> 16).signed(16))
        switch (first >> 8, first & 15, rest & 0xFF) {
        case (0xC0, 4, _): return branch(mask, target(address, rest.signed(32)))
        case (0xC0, 5, _): return .call(target(address, rest.signed(32)))
        case (0xCC, 6, _): return .conditional(target(address, rest.signed(32)))  // brcth
        case (0xE3, _, 0x46): return .conditional(nil)  // bctg
        case (0xE3, _, 0x47): return branch(mask, nil)  // bic
        case (0xEB, _, 0x44), (0xEB, _, 0x45): return .conditional(nil)  // bxhg, bxleg
        case (0xEB, _, 0x71): return .leave  // lpswey
        case (0xEC, _, 0x44), (0xEC, _, 0x45): return .conditional(near)  // brxhg, brxlg
        // Comparisons that jump: of two registers, of one with a number; and those that a register leads.
        case (0xEC, _, 0x64), (0xEC, _, 0x65), (0xEC, _, 0x76), (0xEC, _, 0x77):
            return compared(rest.bits(12, 4), near)
        case (0xEC, _, 0x7C...0x7F): return compared(first & 15, near)
        case (0xEC, _, 0xE4), (0xEC, _, 0xE5), (0xEC, _, 0xF6), (0xEC, _, 0xF7):
            return compared(rest.bits(12, 4), nil)
        case (0xEC, _, 0xFC...0xFF): return compared(first & 15, nil)
        default: return nil
        }
    }

    /// The last bit of such a mask means nothing.
    private func compared(_ mask: UInt32, _ target: UInt64?) -> Branch? {
        branch(mask & 14 == 14 ? S390.always : mask & 14, target)
    }

    // Jumps without a condition that could hold.
    func isStatement(_ bytes: Span<UInt8>, at offset: Int, length: Int) -> Bool {
        length == 2 && bytes.big16(at: offset) & 0xFFF0 == 0x0700
            || length == 4 && bytes.big16(at: offset) & 0xFFF0 == 0x4700
    }
}
