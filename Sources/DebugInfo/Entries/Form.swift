/// How an attribute's value is written: DW_FORM_…, by the numbers of DWARF 5 and of GNU and LLVM.
struct Form: RawRepresentable, Equatable {
    let rawValue: UInt16

    static let indirect = Form(rawValue: 0x16)
    static let implicitConstant = Form(rawValue: 0x21)

    /// What must be passed over to pass over the value.
    enum Length: Equatable {
        case bytes(Int)
        case leb
        /// Two numbers, the second of four bytes.
        case lebAndFour
        case text
        /// A block behind its length of so many bytes.
        case block(UInt8)
        case lebBlock
        case indirect
    }

    /// Nil for a form that is not known.
    func length(in shape: UnitShape) -> Length? {
        switch rawValue {
        case 0x01: .bytes(Int(shape.addressSize))  // addr
        case 0x03: .block(2)  // block2
        case 0x04: .block(4)  // block4
        case 0x05, 0x12, 0x26, 0x2A: .bytes(2)  // data2, ref2, strx2, addrx2
        case 0x06, 0x13, 0x1C, 0x28, 0x2C: .bytes(4)  // data4, ref4, ref_sup4, strx4, addrx4
        case 0x07, 0x14, 0x20, 0x24: .bytes(8)  // data8, ref8, ref_sig8, ref_sup8
        case 0x08: .text  // string
        case 0x09, 0x18: .lebBlock  // block, exprloc
        case 0x0A: .block(1)  // block1
        case 0x0B, 0x0C, 0x11, 0x25, 0x29: .bytes(1)  // data1, flag, ref1, strx1, addrx1
        case 0x0D, 0x0F, 0x15, 0x1A, 0x1B, 0x22, 0x23: .leb  // sdata, udata, ref_udata, …x
        // ref_addr
        case 0x10: .bytes(Int(shape.version == 2 ? shape.addressSize : shape.offsetSize))
        // strp, sec_offset, strp_sup, line_strp, GNU_ref_alt, GNU_strp_alt
        case 0x0E, 0x17, 0x1D, 0x1F, 0x1F20, 0x1F21: .bytes(Int(shape.offsetSize))
        case 0x16: .indirect
        case 0x19, 0x21: .bytes(0)  // flag_present, implicit_const
        case 0x1E: .bytes(16)  // data16
        case 0x27, 0x2B: .bytes(3)  // strx3, addrx3
        case 0x1F01, 0x1F02: .leb  // GNU_addr_index, GNU_str_index
        case 0x2001: .lebAndFour  // LLVM_addrx_offset
        default: nil
        }
    }
}

/// What is read of an attribute, before the tables that it points into are asked.
enum FormValue {
    case none
    case address(UInt64)
    /// An index into `.debug_addr`, and what to add.
    case addressIndex(UInt64, plus: UInt64)
    case constant(UInt64)
    /// An offset in another section.
    case offset(UInt64)
    /// An index into the unit's table of range lists.
    case listIndex(UInt64)
    /// An entry of this unit, by its distance from the unit's start.
    case unitEntry(UInt64)
    /// An entry of any unit, by its distance from the section's start.
    case entry(UInt64)
    /// An entry in the file that several share.
    case sharedEntry(UInt64)
    case text(Text)

    enum Text {
        /// In the entry itself: an offset in `.debug_info`.
        case here(Int)
        case string(UInt64)
        case lineString(UInt64)
        /// An index into `.debug_str_offsets`.
        case index(UInt64)
        /// In `.debug_str` of the file that several share.
        case shared(UInt64)
    }
}

extension FormValue {
    /// Reads the value at the cursor, whose form's length is known; `implicit` is what the
    /// abbreviation itself says.
    init(_ form: Form, implicit: Int64, _ cursor: inout Cursor, _ shape: UnitShape) {
        switch form.rawValue {
        case 0x01: self = .address(cursor.number(shape.addressSize))
        case 0x0B: self = .constant(UInt64(cursor.byte()))
        case 0x05: self = .constant(UInt64(cursor.fixed(UInt16.self)))
        case 0x06: self = .constant(UInt64(cursor.fixed(UInt32.self)))
        case 0x07: self = .constant(cursor.fixed(UInt64.self))
        case 0x0D: self = .constant(UInt64(bitPattern: cursor.signedLEB()))
        case 0x0F: self = .constant(cursor.unsignedLEB())
        case 0x21: self = .constant(UInt64(bitPattern: implicit))
        case 0x17: self = .offset(cursor.offset(shape.offsetSize))
        case 0x23: self = .listIndex(cursor.unsignedLEB())
        case 0x11: self = .unitEntry(UInt64(cursor.byte()))
        case 0x12: self = .unitEntry(UInt64(cursor.fixed(UInt16.self)))
        case 0x13: self = .unitEntry(UInt64(cursor.fixed(UInt32.self)))
        case 0x14: self = .unitEntry(cursor.fixed(UInt64.self))
        case 0x15: self = .unitEntry(cursor.unsignedLEB())
        case 0x10:
            self = .entry(
                cursor.number(shape.version == 2 ? shape.addressSize : shape.offsetSize))
        case 0x1C: self = .sharedEntry(UInt64(cursor.fixed(UInt32.self)))
        case 0x24: self = .sharedEntry(cursor.fixed(UInt64.self))
        case 0x1F20: self = .sharedEntry(cursor.offset(shape.offsetSize))
        case 0x08:
            self = .text(.here(cursor.offset))
            _ = unsafe cursor.text()
        case 0x0E: self = .text(.string(cursor.offset(shape.offsetSize)))
        case 0x1F: self = .text(.lineString(cursor.offset(shape.offsetSize)))
        case 0x1D, 0x1F21: self = .text(.shared(cursor.offset(shape.offsetSize)))
        case 0x1A, 0x1F02: self = .text(.index(cursor.unsignedLEB()))
        case 0x25...0x28: self = .text(.index(cursor.number(UInt8(form.rawValue - 0x24))))
        case 0x1B, 0x1F01: self = .addressIndex(cursor.unsignedLEB(), plus: 0)
        case 0x29...0x2C:
            self = .addressIndex(cursor.number(UInt8(form.rawValue - 0x28)), plus: 0)
        case 0x2001:
            let index = cursor.unsignedLEB()
            self = .addressIndex(index, plus: UInt64(cursor.fixed(UInt32.self)))
        case 0x16:
            let form = Form(rawValue: UInt16(clamping: cursor.unsignedLEB()))
            // One that names itself again would be a way to nowhere.
            guard form != .indirect, form != .implicitConstant, form.length(in: shape) != nil else {
                self = .none
                cursor.skip(.max)
                return
            }
            self = FormValue(form, implicit: 0, &cursor, shape)
        default:
            // Flags, blocks and references to types: nothing that is asked for.
            self = .none
            if let length = form.length(in: shape) { cursor.skip(length, shape) }
        }
    }
}

extension Cursor {
    @inline(__always)
    mutating func skip(_ length: Form.Length, _ shape: UnitShape) {
        switch length {
        case .bytes(let count): skip(count)
        case .leb: skipLEB()
        case .lebAndFour:
            skipLEB()
            skip(4)
        case .text: _ = unsafe text()
        case .block(let size): skip(Int(clamping: number(size)))
        case .lebBlock: skip(Int(clamping: unsignedLEB()))
        case .indirect: _ = FormValue(.indirect, implicit: 0, &self, shape)
        }
    }

    @inline(__always)
    mutating func skipLEB() {
        while byte() >= 0x80 {}
    }
}
