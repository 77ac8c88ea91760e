/// x86 of 32 and 64 bits, with VEX, EVEX and XOP.
struct X86: InstructionReader {
    /// What stands around an instruction's opcode.
    private struct Prefixes {
        /// Bytes before the opcode.
        var count = 0
        /// Whether operands have 16 bits in place of 32.
        var isShort = false
        /// Whether operands have 64 bits.
        var isWide = false
        /// Whether addresses have half their bits.
        var halvesAddress = false
        /// Whether one of them is F2, which chooses among instructions.
        var isF2 = false
    }

    private static let longest = 15

    private let is64Bit: Bool
    private let shapes: X86Shapes

    init(is64Bit: Bool) {
        self.is64Bit = is64Bit
        shapes = is64Bit ? .of64Bit : .of32Bit
    }

    @inline(__always)
    mutating func length(_ bytes: Span<UInt8>, at offset: Int) -> Int {
        let length = shapes.frequent(bytes, at: offset)
        return length > 0 ? length : any(bytes, at: offset)
    }

    /// The length of any instruction.
    private func any(_ bytes: Span<UInt8>, at offset: Int) -> Int {
        let prefixes = prefixes(bytes, at: offset)
        let length = end(bytes, of: prefixes, at: offset + prefixes.count) - offset
        return length > 0 && length <= X86.longest && offset + length <= bytes.count ? length : 0
    }

    /// The byte at `offset`; 0 behind the last, where an instruction would be too long in any case.
    @inline(__always)
    private func byte(_ bytes: Span<UInt8>, _ offset: Int) -> UInt8 {
        offset < bytes.count ? bytes[offset] : 0
    }

    @inline(__always)
    private func prefixes(_ bytes: Span<UInt8>, at offset: Int) -> Prefixes {
        var found = Prefixes()
        while found.count < X86.longest {
            let next = byte(bytes, offset + found.count)
            switch shapes.plain(next) {
            case .prefix:
                found.isWide = false  // only right before the opcode
                switch next {
                case 0x66: found.isShort = true
                case 0x67: found.halvesAddress = true
                case 0xF2: found.isF2 = true
                default: break
                }
            case .rex: found.isWide = next & 8 != 0
            default: return found
            }
            found.count += 1
        }
        return found
    }

    /// Where an instruction ends; 0 where it is none.
    @inline(__always)
    private func end(_ bytes: Span<UInt8>, of prefixes: Prefixes, at opcode: Int) -> Int {
        let code = byte(bytes, opcode)
        switch shapes.plain(code) {
        case .escape:
            return escaped(bytes, of: prefixes, at: opcode + 1)
        case .vector:
            return vector(bytes, of: prefixes, at: opcode)
        case .test:  // F6 and F7: what tests has a number, the others of the group have none
            let isTest = byte(bytes, opcode + 1) & 0x30 == 0
            let shape: X86Shape = isTest ? (code == 0xF6 ? .operandByte : .operandFull) : .operand
            return end(bytes, shape, of: prefixes, behind: opcode + 1)
        case let shape:
            return end(bytes, shape, of: prefixes, behind: opcode + 1)
        }
    }

    /// Behind 0F.
    private func escaped(_ bytes: Span<UInt8>, of prefixes: Prefixes, at opcode: Int) -> Int {
        let code = byte(bytes, opcode)
        switch code {
        case 0x38: return end(bytes, .operand, of: prefixes, behind: opcode + 2)
        case 0x3A: return end(bytes, .operandByte, of: prefixes, behind: opcode + 2)
        // extrq and insertq of SSE4a
        case 0x78 where prefixes.isShort || prefixes.isF2:
            return end(bytes, .operandWord, of: prefixes, behind: opcode + 1)
        default: return end(bytes, shapes.escaped(code), of: prefixes, behind: opcode + 1)
        }
    }

    /// Where one of VEX, EVEX or XOP ends, or what has the same first byte in older code.
    private func vector(_ bytes: Span<UInt8>, of prefixes: Prefixes, at start: Int) -> Int {
        let (first, second) = (byte(bytes, start), byte(bytes, start + 1))
        // pop; the others are bound, les and lds of 32 bits, which take no register for memory.
        if first == 0x8F ? second & 0x1F < 8 : !is64Bit && second < 0xC0 {
            return end(bytes, .operand, of: prefixes, behind: start + 1)
        }
        let (map, opcode): (UInt8, Int) =
            switch first {
            case 0xC5: (1, start + 2)
            case 0x62: (second & 7, start + 4)
            default: (second & 0x1F, start + 3)
            }
        let code = byte(bytes, opcode)
        let shape: X86Shape
        switch map {
        case 1 where code == 0x77 && first != 0x62: shape = .bare  // vzeroupper
        case 1:
            let hasByte =
                (0x70...0x73).contains(code) || code == 0xC2 || (0xC4...0xC6).contains(code)
            shape = hasByte ? .operandByte : .operand
        case 2, 5, 6, 9: shape = .operand
        case 3, 8: shape = .operandByte
        case 10: shape = .operandFull
        default: return 0
        }
        return end(bytes, shape, of: prefixes, behind: opcode + 1)
    }

    /// Where an instruction of a shape ends whose opcode ends at `offset`.
    @inline(__always)
    private func end(
        _ bytes: Span<UInt8>, _ shape: X86Shape, of prefixes: Prefixes, behind offset: Int
    ) -> Int {
        let full = prefixes.isShort && !prefixes.isWide ? 2 : 4
        switch shape {
        case .bare: return offset
        case .byte: return offset + 1
        case .word: return offset + 2
        case .wordAndByte: return offset + 3
        case .full: return offset + full
        case .number: return offset + (prefixes.isWide ? 8 : full)
        case .far: return offset + full + 2
        case .place: return offset + (is64Bit ? 8 : 4) / (prefixes.halvesAddress ? 2 : 1)
        case .registers: return offset + 1
        case .operand: return operandEnd(bytes, offset, prefixes)
        case .operandByte: return operandEnd(bytes, offset, prefixes) + 1
        case .operandWord: return operandEnd(bytes, offset, prefixes) + 2
        case .operandFull: return operandEnd(bytes, offset, prefixes) + full
        case .none, .prefix, .rex, .escape, .vector, .test: return 0
        }
    }

    /// The end of the byte at `offset` that names operands, and of what it says comes behind it.
    @inline(__always)
    private func operandEnd(_ bytes: Span<UInt8>, _ offset: Int, _ prefixes: Prefixes) -> Int {
        let operand = byte(bytes, offset)
        let (mode, register) = (operand >> 6, operand & 7)
        if mode == 3 { return offset + 1 }
        if !is64Bit, prefixes.halvesAddress {
            let isBare = mode == 0 && register != 6
            return offset + (isBare ? 1 : mode == 1 ? 2 : 3)
        }
        let hasIndex = register == 4
        let behind = offset + (hasIndex ? 2 : 1)
        switch mode {
        case 1: return behind + 1
        case 2: return behind + 4
        default:
            let base = hasIndex ? byte(bytes, offset + 1) & 7 : register
            return base == 5 ? behind + 4 : behind
        }
    }

    /// Whether an instruction can lead elsewhere that begins with this byte, which may be a prefix.
    @inline(__always)
    private static func canBranch(_ code: UInt8) -> Bool {
        switch code {
        case 0x0F, 0x70...0x7F, 0x9A, 0xC2, 0xC3, 0xC7, 0xCA, 0xCB, 0xCF, 0xE0...0xE3, 0xE8...0xEB,
            0xFF:
            true
        case 0x26, 0x2E, 0x36, 0x3E, 0x40...0x4F, 0x64...0x67, 0xF0, 0xF2, 0xF3: true
        default: false
        }
    }

    func branch(_ bytes: Span<UInt8>, at offset: Int, length: Int, address: UInt64) -> Branch? {
        let first = byte(bytes, offset)
        let hasREX = is64Bit && first & 0xF0 == 0x40
        // Most blocks that end without a branch are told by one byte.
        guard X86.canBranch(hasREX ? byte(bytes, offset + 1) : first) else { return nil }
        let prefixes = prefixes(bytes, at: offset)
        let opcode = offset + prefixes.count
        let isShort = prefixes.isShort && !prefixes.isWide
        /// The place that the last bytes say, which are a distance.
        func target(_ count: Int) -> UInt64 {
            let end = offset + length
            let distance: UInt64 =
                switch count {
                case 1: UInt32(byte(bytes, end - 1)).signed(8)
                case 2: bytes.little16(at: end - 2).signed(16)
                default: bytes.little32(at: end - 4).signed(32)
                }
            let target = address &+ UInt64(length) &+ distance
            return isShort && count > 1
                ? target & 0xFFFF : is64Bit ? target : target & 0xFFFF_FFFF
        }
        let full = isShort ? 2 : 4
        let next = byte(bytes, opcode + 1)
        switch byte(bytes, opcode) {
        case 0x70...0x7F, 0xE0...0xE3: return .conditional(target(1))  // jcc; loop, jrcxz
        case 0xEB: return .jump(target(1))
        case 0xE9: return .jump(target(full))
        case 0xE8: return .call(target(full))
        case 0x9A: return .call(nil)
        case 0xEA: return .jump(nil)
        case 0xC2, 0xC3, 0xCA, 0xCB, 0xCF: return .leave  // ret, iret
        case 0xC7 where next == 0xF8: return .conditional(target(full))  // xbegin
        case 0x0F:
            switch next {
            case 0x80...0x8F: return .conditional(target(full))
            case 0x0B, 0xB9, 0xFF: return .leave  // ud2, ud1, ud0
            case 0x07, 0x35, 0xAA: return .leave  // sysret, sysexit, rsm
            default: return nil
            }
        case 0xFF:
            switch next >> 3 & 7 {
            case 2, 3: return .call(nil)
            case 4, 5: return .jump(nil)
            default: return nil
            }
        default: return nil
        }
    }

    func isStatement(_ bytes: Span<UInt8>, at offset: Int, length: Int) -> Bool {
        length == 1 && bytes[offset] == 0x90  // nop
    }

    func isTrap(_ bytes: Span<UInt8>, at offset: Int, length: Int) -> Bool {
        bytes[offset] == 0x0F  // ud2
    }
}
