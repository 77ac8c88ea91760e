/// Jump tables of ARM of 64 bits: an entry is a distance in instructions from a place behind the jump.
struct AArch64Tables: JumpTableReader {
    private var values = [UInt64?](repeating: nil, count: 32)
    private var loaded = [JumpTable?](repeating: nil, count: 32)
    private var compared: UInt64?
    private var bound: UInt64?
    private(set) var table: JumpTable?
    private(set) var callTarget: UInt64?

    mutating func read(_ bytes: Span<UInt8>, at offset: Int, length: Int, address: UInt64) {
        (table, callTarget) = (nil, nil)
        let word = bytes.little32(at: offset)
        let (to, from, other) = (
            Int(word.bits(0, 5)), Int(word.bits(5, 5)), Int(word.bits(16, 5))
        )
        if word & 0x7F80_001F == 0x7100_001F {  // cmp REGISTER, NUMBER
            compared = UInt64(word.bits(10, 12)) << (word.bits(22, 1) == 1 ? 12 : 0)
        } else if word & 0x7FE0_FC1F == 0x6B00_001F {  // cmp REGISTER, REGISTER
            compared = values[other]
        } else if word & 0xFF00_0010 == 0x5400_0000 {  // b.hi, b.ls; b.hs
            let condition = word & 15
            if let compared, condition == 8 || condition == 9 || condition == 2 {
                bound = condition == 2 ? compared &- 1 : compared
            }
        } else if word & 0xFFFF_FC1F == 0xD63F_0000 {  // blr
            callTarget = values[from]
        } else if word & 0x7F80_0000 == 0x5280_0000 {  // mov REGISTER, NUMBER
            values[to] = UInt64(word.bits(5, 16)) << UInt64(word.bits(21, 2) * 16)
        } else if word & 0x1F00_0000 == 0x1000_0000 {  // adr, adrp
            let distance = (word.bits(5, 19) << 2 | word.bits(29, 2)).signed(21)
            values[to] =
                word.bits(31, 1) == 1
                ? (address & ~0xFFF) &+ distance << 12 : address &+ distance
            loaded[to] = nil
        } else if word & 0xFF80_0000 == 0x9100_0000 {  // add REGISTER, REGISTER, NUMBER
            let number = UInt64(word.bits(10, 12)) << (word.bits(22, 1) == 1 ? 12 : 0)
            values[to] = values[from].map { $0 &+ number }
        } else if word & 0x3F20_0C00 == 0x3820_0800 {  // ldr REGISTER, [REGISTER, REGISTER]
            let (size, kind) = (1 << Int(word.bits(30, 2)), word.bits(22, 2))
            loaded[to] = nil
            if kind != 0, let start = values[from], let bound, bound < UInt64(JumpTable.largest) {
                loaded[to] = JumpTable(
                    start: start, entrySize: size, isSigned: kind != 1, count: Int(bound) + 1)
            }
        } else if word & 0xFFE0_0000 == 0x8B20_0000 || word & 0xFF20_0000 == 0x8B00_0000 {
            // add REGISTER, REGISTER, REGISTER with more bits, or shifted
            let isExtended = word.bits(21, 1) == 1
            guard var entry = loaded[other], let base = values[from] else { return }
            entry.base = base
            entry.shift = Int(isExtended ? word.bits(10, 3) : word.bits(10, 6))
            if isExtended {
                let option = word.bits(13, 3)
                entry.isSigned = option >= 4 || entry.isSigned
            }
            (loaded[to], values[to]) = (entry, nil)
        } else if word & 0xFFFF_FC1F == 0xD61F_0000 {  // br
            table = loaded[from]
        }
    }
}
