extension InstructionSet {
    /// The place in memory that a linker's stub takes the address from that it jumps to: an entry of a procedure
    /// linkage table.
    ///
    /// - Parameters:
    ///   - bytes: instructions from `offset` on.
    ///   - address: what stands for `offset` in memory.
    ///   - table: where the global offset table begins, from which stubs of 32 bits can count.
    /// - Returns: nil where no such instructions stand there.
    public func stubSlot(_ bytes: Span<UInt8>, at offset: Int, address: UInt64, table: UInt64?)
        -> UInt64?
    {
        let first = bytes.little32(at: offset)
        let second = bytes.little32(at: offset + 4)
        switch self {
        case .x8664, .i386:  // jmp [PLACE]
            let distance = bytes.little32(at: offset + 2)
            switch (self, first & 0xFFFF) {
            case (.x8664, 0x25FF): return address &+ 6 &+ distance.signed(32)
            case (.i386, 0x25FF): return UInt64(distance)
            case (.i386, 0xA3FF): return table.map { ($0 &+ distance.signed(32)) & 0xFFFF_FFFF }
            default: return nil
            }
        case .aarch64:  // adrp x16, PAGE; ldr x17, [x16, PLACE]
            guard first & 0x9F00_001F == 0x9000_0010, second & 0xFFC0_03FF == 0xF940_0211 else {
                return nil
            }
            let page = (first.bits(5, 19) << 2 | first.bits(29, 2)).signed(21) << 12
            return (address & ~0xFFF) &+ page &+ UInt64(second.bits(10, 12)) * 8
        case .riscv32, .riscv64:  // auipc t3, PAGE; l[wd] t3, PLACE(t3)
            guard first & 0xFFF == 0xE17, second & 0xFFFFF == 0xE2E03 || second & 0xFFFFF == 0xE3E03
            else { return nil }
            return address &+ ((first >> 12) << 12).signed(32) &+ second.bits(20, 12).signed(12)
        case .arm:  // add ip, pc, NUMBER; add ip, ip, NUMBER; ldr pc, [ip, NUMBER]!
            let third = bytes.little32(at: offset + 8)
            guard first >> 12 == 0xE28FC, second >> 12 == 0xE28CC, third >> 12 == 0xE5BCF else {
                return nil
            }
            let parts = [first, second].map { word -> UInt64 in
                let (number, turn) = (word & 0xFF, word.bits(8, 4) * 2)
                return UInt64(turn == 0 ? number : number >> turn | number << (32 - turn))
            }
            return address &+ 8 &+ parts[0] &+ parts[1] &+ UInt64(third & 0xFFF)
        default: return nil
        }
    }

    /// The bytes between places where a stub's instructions can begin.
    public var stubStep: Int {
        switch self {
        case .x8664, .i386, .s390x: 1
        case .thumb: 2
        default: 4
        }
    }

    /// The bytes of a stub before the instructions that ``stubSlot(_:at:address:table:)`` knows: a mark that says that
    /// code may come here, or what changes over from Thumb code.
    ///
    /// - Parameter offset: of those instructions.
    public func stubLead(_ bytes: Span<UInt8>, before offset: Int) -> Int {
        switch self {
        case .x8664, .i386:
            // endbr64, endbr32; what mold has for the loader: mov NUMBER, %r11d; bnd
            var lead = offset > 0 && bytes[offset - 1] == 0xF2 ? 1 : 0
            if offset >= 6, bytes[offset - 6] == 0x41, bytes[offset - 5] == 0xBB { lead = 6 }
            let mark = offset >= lead + 4 ? bytes.little32(at: offset - lead - 4) : 0
            return lead + (mark == 0xFA1E_0FF3 || mark == 0xFB1E_0FF3 ? 4 : 0)
        case .aarch64:  // bti c
            return offset >= 4 && bytes.little32(at: offset - 4) == 0xD503_245F ? 4 : 0
        case .arm:  // bx pc; and nop, or b.n to it again
            let before = offset >= 4 ? bytes.little32(at: offset - 4) : 0
            return before == 0x46C0_4778 || before == 0xE7FD_4778 ? 4 : 0
        default: return 0
        }
    }
}
