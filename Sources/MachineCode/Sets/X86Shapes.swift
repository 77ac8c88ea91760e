/// What stands behind an opcode of x86.
enum X86Shape: UInt8 {
    /// It is no instruction.
    case none
    /// Nothing.
    case bare
    /// A number of 1 byte, of 2, of 2 and 1.
    case byte, word, wordAndByte
    /// A number of 4 bytes, or of 2 with short operands.
    case full
    /// A number as wide as the operands, up to 8 bytes.
    case number
    /// A number as `full`, and 2 bytes of a segment.
    case far
    /// An address.
    case place
    /// The byte that names operands, but always registers.
    case registers
    /// The byte that names operands with what it says comes behind it; then a number.
    case operand, operandByte, operandWord, operandFull
    /// It is before the opcode.
    case prefix, rex
    /// What is told by the bytes behind it.
    case escape, vector, test
}

/// The shapes of all opcodes of one byte, and of those behind 0F.
///
/// A row is 16 opcodes, a letter one of them: `.` nothing behind it, `b` `w` `e` a number of 1, 2, 3 bytes,
/// `z` one of 4 or 2, `v` one up to 8, `f` a far address, `o` an offset, `m` operands, `B` `Z` operands and a
/// number, `r` registers, `p` a prefix, `R` REX, `x` an escape, `V` a vector prefix, `t` F6 and F7, `-` nothing
/// valid.
struct X86Shapes {
    private let all: [X86Shape]
    /// For opcodes whose instructions have one length with their operands' apart: the bytes of opcode and
    /// number, and whether there are operands. No other is looked up here, which is 0.
    private let frequent: [UInt8]
    private let is64Bit: Bool

    private static let hasOperands: UInt8 = 0x80
    /// For each byte that names operands, its length with what comes behind it.
    private static let operands: [UInt8] = (0...UInt8.max).map { operand in
        let (mode, register) = (operand >> 6, operand & 7)
        let length: UInt8 = mode != 3 && register == 4 ? 2 : 1
        switch mode {
        case 0 where register == 4: return length | hasBase
        case 0: return register == 5 ? length + 4 : length
        case 1: return length + 1
        case 2: return length + 4
        default: return length
        }
    }
    /// Whether the byte behind says if there is a distance.
    private static let hasBase: UInt8 = 0x80
    private let operands = X86Shapes.operands

    /// The length of an instruction of the kinds that most are; 0 where it is another, or near the end.
    ///
    /// It takes half the time of looking at everything that can stand around an opcode.
    @inline(__always)
    func frequent(_ bytes: Span<UInt8>, at offset: Int) -> Int {
        // Nothing here is large enough to overflow, and checks would take a third of the time.
        guard offset &+ 16 <= bytes.count else { return 0 }
        var at = offset
        var code = bytes[at]
        if is64Bit, code & 0xF0 == 0x40 {  // REX
            at &+= 1
            code = bytes[at]
        }
        var row = Int(code)
        if code == 0x0F {
            at &+= 1
            row = 256 &+ Int(bytes[at])
        }
        let shape = frequent[row]
        guard shape & X86Shapes.hasOperands != 0 else {
            return shape == 0 ? 0 : at &- offset &+ Int(shape)
        }
        let operand = operands[Int(bytes[at &+ 1])]
        let length = at &- offset &+ Int(shape & 0x7F) &+ Int(operand & 0x7F)
        let isFar = operand & X86Shapes.hasBase != 0 && bytes[at &+ 2] & 7 == 5
        return isFar ? length &+ 4 : length
    }

    @inline(__always)
    func plain(_ code: UInt8) -> X86Shape { all[Int(code)] }

    @inline(__always)
    func escaped(_ code: UInt8) -> X86Shape { all[256 + Int(code)] }

    static let of64Bit = X86Shapes(
        is64Bit: true,
        plain: """
            mmmmbz--mmmmbz-x
            mmmmbz--mmmmbz--
            mmmmbzp-mmmmbzp-
            mmmmbzp-mmmmbzp-
            RRRRRRRRRRRRRRRR
            ................
            --VmppppzZbB....
            bbbbbbbbbbbbbbbb
            BZ-BmmmmmmmmmmmV
            ..........-.....
            oooo....bz......
            bbbbbbbbvvvvvvvv
            BBw.VVBZe.w..b-.
            mmmm---.mmmmmmmm
            bbbbbbbbzz-b....
            p.pp..tt......mm
            """)
    static let of32Bit = X86Shapes(
        is64Bit: false,
        plain: """
            mmmmbz..mmmmbz.x
            mmmmbz..mmmmbz..
            mmmmbzp.mmmmbzp.
            mmmmbzp.mmmmbzp.
            ................
            ................
            ..VmppppzZbB....
            bbbbbbbbbbbbbbbb
            BZBBmmmmmmmmmmmV
            ..........f.....
            oooo....bz......
            bbbbbbbbvvvvvvvv
            BBw.VVBZe.w..b..
            mmmmbb..mmmmmmmm
            bbbbbbbbzzfb....
            p.pp..tt......mm
            """)
    private static let escaped: StaticString = """
        mmmm-.....-.-m.B
        mmmmmmmmmmmmmmmm
        rrrr----mmmmmmmm
        ......-.--------
        mmmmmmmmmmmmmmmm
        mmmmmmmmmmmmmmmm
        mmmmmmmmmmmmmmmm
        BBBBmmm.mm--mmmm
        zzzzzzzzzzzzzzzz
        mmmmmmmmmmmmmmmm
        ...mBmmm...mBmmm
        mmmmmmmmmmBmmmmm
        mmBmBBBm........
        mmmmmmmmmmmmmmmm
        mmmmmmmmmmmmmmmm
        mmmmmmmmmmmmmmmm
        """

    @inline(never)
    private init(is64Bit: Bool, plain: StaticString) {
        self.is64Bit = is64Bit
        var all = [X86Shape](repeating: .none, count: 512)
        var next = 0
        for text in [plain, X86Shapes.escaped] {
            text.withUTF8Buffer { letters in
                for place in letters.indices {
                    guard let shape = X86Shapes.shape(unsafe letters[place]) else { continue }
                    all[next] = shape
                    next += 1
                }
            }
        }
        self.all = all
        frequent = all.map { shape in
            switch shape {
            case .bare: 1
            case .byte: 2
            case .word: 3
            case .wordAndByte: 4
            case .full: 5
            case .operand: 1 | X86Shapes.hasOperands
            case .operandByte: 2 | X86Shapes.hasOperands
            case .operandFull: 5 | X86Shapes.hasOperands
            default: 0
            }
        }
    }

    private static func shape(_ letter: UInt8) -> X86Shape? {
        switch letter {
        case UInt8(ascii: "."): .bare
        case UInt8(ascii: "b"): .byte
        case UInt8(ascii: "w"): .word
        case UInt8(ascii: "e"): .wordAndByte
        case UInt8(ascii: "z"): .full
        case UInt8(ascii: "v"): .number
        case UInt8(ascii: "f"): .far
        case UInt8(ascii: "o"): .place
        case UInt8(ascii: "r"): .registers
        case UInt8(ascii: "m"): .operand
        case UInt8(ascii: "B"): .operandByte
        case UInt8(ascii: "Z"): .operandFull
        case UInt8(ascii: "p"): .prefix
        case UInt8(ascii: "R"): .rex
        case UInt8(ascii: "x"): .escape
        case UInt8(ascii: "V"): .vector
        case UInt8(ascii: "t"): .test
        case UInt8(ascii: "-"): X86Shape.none
        default: nil
        }
    }
}
