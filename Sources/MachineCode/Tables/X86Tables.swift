/// Jump tables of x86.
struct X86Tables: JumpTableReader {
    /// The operands of an instruction, as far as tables need them.
    private struct Operands {
        var register = 0
        /// The register that is the other operand; nil where that is in memory.
        var other: Int?
        var base: Int?
        var index: Int?
        var scale: UInt64 = 1
        var distance: UInt64 = 0
        var isRelative = false
        /// The bytes behind the operands.
        var end = 0
    }

    private static let stack = 4

    private let is64Bit: Bool
    /// Addresses in registers.
    private var values: [UInt64?]
    /// What a register was loaded with: an entry.
    private var loaded: [JumpTable?]
    /// The number that was compared with last, and the one that is the bound of what comes.
    private var compared: UInt64?
    private var bound: UInt64?
    private var isBehindCall = false
    private(set) var table: JumpTable?
    private(set) var callTarget: UInt64?
    private(set) var jumpsToLoaded = false
    private(set) var addresses: [UInt64] = []
    /// Whether a register has what was loaded as an address.
    private var isLoadedAddress = [Bool](repeating: false, count: 16)

    init(is64Bit: Bool) {
        self.is64Bit = is64Bit
        values = [UInt64?](repeating: nil, count: 16)
        loaded = [JumpTable?](repeating: nil, count: 16)
    }

    mutating func read(_ bytes: Span<UInt8>, at offset: Int, length: Int, address: UInt64) {
        (table, callTarget, jumpsToLoaded) = (nil, nil, false)
        var (at, rex): (Int, UInt8) = (offset, 0)
        let end = offset + length
        while at < end, X86Tables.isPrefix(bytes[at]) { at += 1 }
        if is64Bit, at < end, bytes[at] & 0xF0 == 0x40 {
            rex = bytes[at]
            at += 1
        }
        guard at < end else { return }
        let opcode = bytes[at]
        let isBehindCall = isBehindCall
        self.isBehindCall = opcode == 0xE8
        /// A number behind the operands, with its sign.
        func number(_ count: Int) -> UInt64 {
            count == 1 ? UInt32(bytes[end - 1]).signed(8) : bytes.little32(at: end - 4).signed(32)
        }
        switch opcode {
        case 0x3C: compared = number(1)
        case 0x3D: compared = number(4)
        case 0x77, 0x73, 0x76: takeBound(isOrEqual: opcode == 0x73)
        case 0x0F where at + 1 < end:
            let next = bytes[at + 1]
            if next == 0x87 || next == 0x83 || next == 0x86 { takeBound(isOrEqual: next == 0x83) }
            switch next {
            case 0xAF, 0xB6, 0xB7, 0xBE, 0xBF, 0x40...0x4F:  // imul, movzx, movsx, cmov
                if let found = operands(bytes, at + 2, end, rex) { forget(found.register) }
            default: break
            }
        case 0x58...0x5F: forget(Int(opcode & 7) | Int(rex & 1) << 3)  // pop
        case 0x09, 0x21, 0x29, 0x31, 0xC1, 0xD1, 0xD3, 0xC7:  // or, and, sub, xor, shifts, mov
            if let other = operands(bytes, at + 1, end, rex)?.other { forget(other) }
        case 0x0B, 0x23, 0x2B, 0x33, 0x69, 0x6B:  // the same, and imul, into the other operand
            if let found = operands(bytes, at + 1, end, rex) { forget(found.register) }
        case 0x05:  // add eax, NUMBER
            values[0] = ((isBehindCall ? address : 0) &+ number(4)) & mask
            isLoadedAddress[0] = false
        case 0xB8...0xBF where length - (at - offset) == 5:
            let register = Int(opcode & 7) | Int(rex & 1) << 3
            values[register] = number(4) & 0xFFFF_FFFF
            isLoadedAddress[register] = false
            addresses.append(number(4) & 0xFFFF_FFFF)
        case 0x80, 0x81, 0x83, 0x8B, 0x8D, 0x63, 0x01, 0x03, 0x89, 0xFF:
            guard var found = operands(bytes, at + 1, end, rex) else { return }
            if found.isRelative {
                (found.isRelative, found.distance) = (
                    false, address &+ UInt64(length) &+ found.distance
                )
            }
            take(
                opcode, found, isWide: rex & 8 != 0, isBehindCall, address,
                opcode == 0x81 ? number(4) : number(1))
        default: break
        }
    }

    private static func isPrefix(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x66, 0x67, 0xF2, 0xF3, 0x2E, 0x36, 0x3E, 0x26: true
        default: false
        }
    }

    private var mask: UInt64 { is64Bit ? .max : 0xFFFF_FFFF }

    private mutating func takeBound(isOrEqual: Bool) {
        guard let compared else { return }
        bound = isOrEqual ? compared &- 1 : compared
        self.compared = nil
    }

    /// A register has a value that is not known.
    private mutating func forget(_ register: Int) {
        (values[register], loaded[register]) = (nil, nil)
        isLoadedAddress[register] = false
    }

    private mutating func take(
        _ opcode: UInt8, _ found: Operands, isWide: Bool, _ isBehindCall: Bool, _ address: UInt64,
        _ number: UInt64
    ) {
        switch (opcode, found.register & 7) {
        case (0x80, 7), (0x81, 7), (0x83, 7): compared = number  // cmp
        case (0x81, 5), (0x83, 5):  // sub, which some compilers compare by
            compared = number
            if let other = found.other { forget(other) }
        case (0x81, 0):  // add
            guard let other = found.other else { return }
            values[other] = ((isBehindCall ? address : 0) &+ number) & mask
            isLoadedAddress[other] = false
        case (0x83, 0):
            guard let other = found.other else { return }
            values[other] = values[other].map { ($0 &+ number) & mask }
            isLoadedAddress[other] = false
        case (0x81, _), (0x83, _):
            if let other = found.other { forget(other) }
        case (0x80, _): break
        case (0x8D, _):  // lea
            let base = found.base.map { values[$0] } ?? 0
            values[found.register] =
                found.index == nil && found.distance != 0
                ? base.map { ($0 &+ found.distance) & mask } : nil
            isLoadedAddress[found.register] = false
            if let value = values[found.register] { addresses.append(value) }
        case (0x8B, _), (0x63, _):  // mov, movsxd
            if let other = found.other {
                (values[found.register], loaded[found.register]) = (values[other], loaded[other])
                isLoadedAddress[found.register] = opcode == 0x8B && isLoadedAddress[other]
                return
            }
            isLoadedAddress[found.register] = opcode == 0x8B && (isWide || !is64Bit)
            loaded[found.register] = entry(
                found, size: isWide && opcode == 0x8B ? 8 : 4)
            if loaded[found.register] == nil { values[found.register] = nil }
        case (0x89, _):
            guard let other = found.other else { return }
            (values[other], loaded[other]) = (values[found.register], loaded[found.register])
            isLoadedAddress[other] = isLoadedAddress[found.register]
        case (0x01, _), (0x03, _):  // add
            guard let other = found.other else { return }
            let (to, from) =
                opcode == 0x01 ? (other, found.register) : (found.register, other)
            isLoadedAddress[to] = false
            if var entry = loaded[to], let base = values[from] {
                entry.base = base
                loaded[to] = entry
            } else if var entry = loaded[from], let base = values[to] {
                entry.base = base
                loaded[to] = entry
            } else if values[to] == nil {
                values[to] = values[from]  // an index was added
            }
        case (0xFF, 2): callTarget = found.other.flatMap { values[$0] }
        case (0xFF, 4):  // jmp
            jumpsToLoaded = found.other.map { isLoadedAddress[$0] } ?? true
            if let other = found.other {
                table = loaded[other]
            } else {
                table = entry(found, size: is64Bit ? 8 : 4)
            }
        default: break
        }
    }

    /// The entry that is read from memory, if that is in a table.
    private func entry(_ found: Operands, size: Int) -> JumpTable? {
        guard let bound, bound < UInt64(JumpTable.largest) else { return nil }
        let known = [found.base, found.index].compactMap { $0 }.compactMap { values[$0] }
        let isBare = found.base == nil && found.index != nil && found.distance != 0
        guard known.count == 1 || (known.isEmpty && isBare), found.base != X86Tables.stack else {
            return nil
        }
        return JumpTable(
            start: ((known.first ?? 0) &+ found.distance) & mask, entrySize: size,
            count: Int(bound) + 1)
    }

    private func operands(_ bytes: Span<UInt8>, _ offset: Int, _ end: Int, _ rex: UInt8)
        -> Operands?
    {
        guard offset < end else { return nil }
        let operand = bytes[offset]
        let mode = operand >> 6
        var found = Operands()
        found.register = Int(operand >> 3 & 7) | Int(rex >> 2 & 1) << 3
        var low = Int(operand & 7)
        var at = offset + 1
        if mode == 3 {
            found.other = low | Int(rex & 1) << 3
            return found
        }
        if low == 4 {
            guard at < end else { return nil }
            let sib = bytes[at]
            at += 1
            let index = Int(sib >> 3 & 7) | Int(rex >> 1 & 1) << 3
            if index != X86Tables.stack { found.index = index }
            found.scale = 1 << UInt64(sib >> 6)
            low = Int(sib & 7)
            if low != 5 || mode != 0 { found.base = low | Int(rex & 1) << 3 }
        } else if low != 5 || mode != 0 {
            found.base = low | Int(rex & 1) << 3
        } else {
            found.isRelative = is64Bit
        }
        switch mode {
        case 1: found.distance = at < end ? UInt32(bytes[at]).signed(8) : 0
        case 2: found.distance = bytes.little32(at: at).signed(32)
        default: if low == 5 { found.distance = bytes.little32(at: at).signed(32) }
        }
        return found
    }
}
