/// A line program: makes rows of its operations (DWARF 5, 6.2.5).
struct LineProgram {
    /// Operations whose numbers every version shares; those above them are special, or skipped by
    /// their counts of operands.
    private enum Opcode {
        static let extended: UInt8 = 0
        static let copy: UInt8 = 1
        static let advancePC: UInt8 = 2
        static let advanceLine: UInt8 = 3
        static let setFile: UInt8 = 4
        static let setColumn: UInt8 = 5
        static let negateStatement: UInt8 = 6
        static let constAddPC: UInt8 = 8
        static let fixedAdvancePC: UInt8 = 9
    }

    private enum ExtendedOpcode {
        static let endSequence: UInt8 = 1
        static let setAddress: UInt8 = 2
        static let defineFile: UInt8 = 3
    }

    /// Its place among all programs.
    let number: Int
    /// What to add to its addresses to get the ELF file's own.
    let bias: UInt64
    private var files: UnitFiles
    private var file: Int32?
    /// The number that ``file`` belongs to.
    private var fileNumber = UInt64.max

    init(number: Int, bias: UInt64, files: UnitFiles) {
        self.number = number
        self.bias = bias
        self.files = files
    }

    /// Adds all rows.
    ///
    /// - Throws: ``DebugInfoError/broken(_:)`` where it ends within an operation.
    mutating func run(into rows: inout LineRows) throws(DebugInfoError) {
        let header = files.header
        let (opcodeBase, lineRange) = (header.opcodeBase, header.lineRange)
        // In the place of a division for each row; right for all numbers of eight bits.
        let reciprocal = ((1 << 16) + UInt32(lineRange) - 1) / UInt32(lineRange)
        let constAdvance = UInt64((255 - opcodeBase) / lineRange)
        let lineBase = UInt32(truncatingIfNeeded: Int(header.lineBase))
        var cursor = header.operations
        var registers = LineRegisters(header)
        while !cursor.isAtEnd {
            let opcode = cursor.byte()
            if opcode >= opcodeBase {
                let step = UInt32(opcode - opcodeBase)
                let advance = (step &* reciprocal) >> 16
                registers.advance(by: UInt64(advance), header)
                registers.line &+= lineBase &+ step &- advance &* UInt32(lineRange)
                append(registers, to: &rows)
                continue
            }
            switch opcode {
            case Opcode.copy: append(registers, to: &rows)
            case Opcode.advancePC: registers.advance(by: cursor.unsignedLEB(), header)
            case Opcode.advanceLine:
                registers.line &+= UInt32(truncatingIfNeeded: cursor.signedLEB())
            case Opcode.setFile: registers.file = cursor.unsignedLEB()
            case Opcode.setColumn: _ = cursor.unsignedLEB()
            case Opcode.negateStatement: registers.isStatement.toggle()
            case Opcode.constAddPC:
                registers.advance(by: constAdvance, header)
            case Opcode.fixedAdvancePC: registers.advance(byBytes: cursor.fixed(UInt16.self))
            case Opcode.extended: runExtended(&cursor, &registers, &rows)
            default:
                for _ in 0..<header.operandCounts[Int(opcode)] { _ = cursor.unsignedLEB() }
            }
        }
        rows.endProgram(number)
        guard !cursor.isBroken else {
            throw LineProgramHeader.fault("ends within an operation", at: header.offset)
        }
    }

    @inline(__always)
    private mutating func append(_ registers: LineRegisters, to rows: inout LineRows) {
        if registers.file != fileNumber {
            fileNumber = registers.file
            file = files.index(Int(clamping: fileNumber))
        }
        rows.append(
            at: registers.address &+ bias, file: file, line: registers.line,
            isStatement: registers.isStatement, program: number)
    }

    private mutating func runExtended(
        _ cursor: inout DWARFCursor, _ registers: inout LineRegisters, _ rows: inout LineRows
    ) {
        let length = Int(clamping: cursor.unsignedLEB())
        guard length > 0 else { return }
        var operands = cursor
        cursor.skip(length)
        guard !cursor.isBroken else { return }
        operands.limit(to: cursor.offset)
        switch operands.byte() {
        case ExtendedOpcode.endSequence:
            rows.endSequence(at: registers.address &+ bias, program: number)
            registers = LineRegisters(files.header)
        case ExtendedOpcode.setAddress:
            switch length - 1 {
            case 8: registers.set(address: operands.fixed(UInt64.self))
            case 4: registers.set(address: UInt64(operands.fixed(UInt32.self)))
            case 2: registers.set(address: UInt64(operands.fixed(UInt16.self)))
            case 1: registers.set(address: UInt64(operands.byte()))
            default: break
            }
        case ExtendedOpcode.defineFile: files.defineFile(&operands)
        default: break
        }
    }
}
