/// Jump tables of ARM of 32 bits: jumps that stand behind the one that chooses among them, or addresses.
struct ARMTables: JumpTableReader {
    private var compared: UInt64?
    private(set) var table: JumpTable?

    mutating func read(_ bytes: Span<UInt8>, at offset: Int, length: Int, address: UInt64) {
        table = nil
        let word = bytes.little32(at: offset)
        if word & 0x0FF0_F000 == 0x0350_0000 {  // cmp REGISTER, NUMBER
            let (number, turn) = (word & 0xFF, word.bits(8, 4) * 2)
            compared = UInt64(turn == 0 ? number : number >> turn | number << (32 - turn))
            return
        }
        // If it is lower or the same: add pc, pc, REGISTER, lsl 2; ldr pc, [pc, REGISTER, lsl 2]
        let isCode = word & 0xFFFF_FFF0 == 0x908F_F100
        guard isCode || word & 0xFFFF_FFF0 == 0x979F_F100, let compared,
            compared < UInt64(JumpTable.largest)
        else { return }
        table = JumpTable(
            start: address &+ 8, entrySize: 4, isSigned: false, count: Int(compared) + 1,
            isCode: isCode)
    }
}

/// Jump tables of Thumb code, which stand behind the jump: distances in halves of words, or addresses.
struct ThumbTables: JumpTableReader {
    private var compared: UInt64?
    private var bound: UInt64?
    private var values = [UInt64?](repeating: nil, count: 16)
    private var loaded = [JumpTable?](repeating: nil, count: 16)
    private(set) var table: JumpTable?

    mutating func read(_ bytes: Span<UInt8>, at offset: Int, length: Int, address: UInt64) {
        table = nil
        let (first, second) = (
            bytes.little16(at: offset), length == 4 ? bytes.little16(at: offset + 2) : 0
        )
        if length == 4 {
            readLong(first, second, address)
        } else if first >> 11 == 0b00101 {  // cmp REGISTER, NUMBER
            compared = UInt64(first & 0xFF)
        } else if first >> 8 == 0xD8 || first >> 8 == 0xD9 {  // bhi, bls
            bound = compared
        } else if first >> 11 == 0b10100 {  // adr
            values[Int(first.bits(8, 3))] = (address &+ 4) & ~3 &+ UInt64(first & 0xFF) * 4
        } else if first >> 8 == 0x44 {  // add REGISTER, REGISTER
            let (to, from) = (
                Int(first.bits(0, 3) | first.bits(7, 1) << 3), Int(first.bits(3, 4))
            )
            add(to, from, to)
        } else if first >> 9 == 0b0001100 {  // adds REGISTER, REGISTER, REGISTER
            add(Int(first.bits(0, 3)), Int(first.bits(3, 3)), Int(first.bits(6, 3)))
        } else if first >> 7 == 0b0100_0111_0 {  // bx
            table = loaded[Int(first.bits(3, 4))]
        } else if first >> 8 == 0x46, first.bits(0, 3) | first.bits(7, 1) << 3 == 15 {  // mov pc
            table = loaded[Int(first.bits(3, 4))]
        }
    }

    private mutating func add(_ to: Int, _ one: Int, _ other: Int) {
        for (entry, base) in [(one, other), (other, one)] {
            guard var found = loaded[entry], let address = values[base] else { continue }
            (found.base, found.hasThumbBit) = (address, true)
            loaded[to] = found
            return
        }
    }

    private mutating func readLong(_ first: UInt32, _ second: UInt32, _ address: UInt64) {
        if first & 0xFBF0 == 0xF1B0, second & 0x8F00 == 0x0F00 {  // cmp REGISTER, NUMBER
            compared = UInt64(second & 0xFF)
        } else if first >> 11 == 0b11110, second & 0xD000 == 0x8000,
            [8, 9].contains(first.bits(6, 4))
        {
            bound = compared
        } else if first & 0xFFF0 == 0xE8D0, second & 0xFFE0 == 0xF000, first & 15 == 15 {
            guard let bound, bound < UInt64(JumpTable.largest) else { return }
            table = JumpTable(  // tbb, tbh
                start: address &+ 4, entrySize: second.bits(4, 1) == 1 ? 2 : 1, isSigned: false,
                base: address &+ 4, shift: 1, count: Int(bound) + 1)
        } else if first & 0xFFF0 == 0xF850, second & 0x0FC0 == 0 {
            // ldr REGISTER, [REGISTER, REGISTER]
            let (to, from) = (Int(second >> 12), Int(first & 15))
            loaded[to] = nil
            guard let start = values[from], let bound, bound < UInt64(JumpTable.largest) else {
                return
            }
            loaded[to] = JumpTable(start: start, entrySize: 4, count: Int(bound) + 1)
        }
    }
}
