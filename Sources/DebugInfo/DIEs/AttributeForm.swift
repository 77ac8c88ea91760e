import CElfutils

/// How an attribute's value is written, by the numbers of DWARF 5 and of GNU and LLVM.
struct AttributeForm: RawRepresentable, Equatable {
    let rawValue: UInt16

    static let indirect = AttributeForm(rawValue: UInt16(DW_FORM_indirect))
    static let implicitConstant = AttributeForm(rawValue: UInt16(DW_FORM_implicit_const))

    /// LLVM's DW_FORM_LLVM_addrx_offset, which elfutils does not have.
    fileprivate static let llvmAddressIndex = 0x2001

    /// Of forms for numbers of 1 to 4 bytes, which follow each other, how many it has.
    fileprivate func byteCount(over first: Int) -> UInt8 { UInt8(Int(rawValue) - first + 1) }

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
        switch Int(rawValue) {
        case DW_FORM_addr: .bytes(Int(shape.addressSize))
        case DW_FORM_block2: .block(2)
        case DW_FORM_block4: .block(4)
        case DW_FORM_data2, DW_FORM_ref2, DW_FORM_strx2, DW_FORM_addrx2: .bytes(2)
        case DW_FORM_data4, DW_FORM_ref4, DW_FORM_ref_sup4, DW_FORM_strx4, DW_FORM_addrx4: .bytes(4)
        case DW_FORM_data8, DW_FORM_ref8, DW_FORM_ref_sig8, DW_FORM_ref_sup8: .bytes(8)
        case DW_FORM_string: .text
        case DW_FORM_block, DW_FORM_exprloc: .lebBlock
        case DW_FORM_block1: .block(1)
        case DW_FORM_data1, DW_FORM_flag, DW_FORM_ref1, DW_FORM_strx1, DW_FORM_addrx1: .bytes(1)
        case DW_FORM_sdata, DW_FORM_udata, DW_FORM_ref_udata, DW_FORM_strx, DW_FORM_addrx,
            DW_FORM_loclistx, DW_FORM_rnglistx:
            .leb
        case DW_FORM_ref_addr:
            .bytes(Int(shape.version == 2 ? shape.addressSize : shape.offsetSize))
        case DW_FORM_strp, DW_FORM_sec_offset, DW_FORM_strp_sup, DW_FORM_line_strp,
            DW_FORM_GNU_ref_alt, DW_FORM_GNU_strp_alt:
            .bytes(Int(shape.offsetSize))
        case DW_FORM_indirect: .indirect
        case DW_FORM_flag_present, DW_FORM_implicit_const: .bytes(0)
        case DW_FORM_data16: .bytes(16)
        case DW_FORM_strx3, DW_FORM_addrx3: .bytes(3)
        case DW_FORM_GNU_addr_index, DW_FORM_GNU_str_index: .leb
        case AttributeForm.llvmAddressIndex: .lebAndFour
        default: nil
        }
    }
}

/// What is read of an attribute, before the tables that it points into are asked.
enum AttributeValue {
    case none
    case address(UInt64)
    /// An index into `.debug_addr`, and what to add.
    case addressIndex(UInt64, plus: UInt64)
    case constant(UInt64)
    /// An offset in another section.
    case offset(UInt64)
    /// An index into the unit's table of range lists.
    case listIndex(UInt64)
    /// A DIE of this unit, by its distance from the unit's start.
    case unitDIE(UInt64)
    /// A DIE of any unit, by its distance from the section's start.
    case sectionDIE(UInt64)
    /// A DIE in the file that several share.
    case supplementaryDIE(UInt64)
    case text(TextLocation)

    enum TextLocation {
        /// In the DIE itself: an offset in `.debug_info`.
        case here(Int)
        case string(UInt64)
        case lineString(UInt64)
        /// An index into `.debug_str_offsets`.
        case index(UInt64)
        /// In `.debug_str` of the file that several share.
        case shared(UInt64)
    }
}

extension AttributeValue {
    /// Reads the value at the cursor, whose form's length is known; `implicit` is what the
    /// abbreviation itself says.
    init(_ form: AttributeForm, implicit: Int64, _ cursor: inout DWARFCursor, _ shape: UnitShape) {
        switch Int(form.rawValue) {
        case DW_FORM_addr: self = .address(cursor.number(shape.addressSize))
        case DW_FORM_data1: self = .constant(UInt64(cursor.byte()))
        case DW_FORM_data2: self = .constant(UInt64(cursor.fixed(UInt16.self)))
        case DW_FORM_data4: self = .constant(UInt64(cursor.fixed(UInt32.self)))
        case DW_FORM_data8: self = .constant(cursor.fixed(UInt64.self))
        case DW_FORM_sdata: self = .constant(UInt64(bitPattern: cursor.signedLEB()))
        case DW_FORM_udata: self = .constant(cursor.unsignedLEB())
        case DW_FORM_implicit_const: self = .constant(UInt64(bitPattern: implicit))
        case DW_FORM_flag_present: self = .constant(1)
        case DW_FORM_flag: self = .constant(UInt64(cursor.byte()))
        case DW_FORM_sec_offset: self = .offset(cursor.offset(shape.offsetSize))
        case DW_FORM_rnglistx: self = .listIndex(cursor.unsignedLEB())
        case DW_FORM_ref1: self = .unitDIE(UInt64(cursor.byte()))
        case DW_FORM_ref2: self = .unitDIE(UInt64(cursor.fixed(UInt16.self)))
        case DW_FORM_ref4: self = .unitDIE(UInt64(cursor.fixed(UInt32.self)))
        case DW_FORM_ref8: self = .unitDIE(cursor.fixed(UInt64.self))
        case DW_FORM_ref_udata: self = .unitDIE(cursor.unsignedLEB())
        case DW_FORM_ref_addr:
            self = .sectionDIE(
                cursor.number(shape.version == 2 ? shape.addressSize : shape.offsetSize))
        case DW_FORM_ref_sup4: self = .supplementaryDIE(UInt64(cursor.fixed(UInt32.self)))
        case DW_FORM_ref_sup8: self = .supplementaryDIE(cursor.fixed(UInt64.self))
        case DW_FORM_GNU_ref_alt: self = .supplementaryDIE(cursor.offset(shape.offsetSize))
        case DW_FORM_string:
            self = .text(.here(cursor.offset))
            _ = unsafe cursor.text()
        case DW_FORM_strp: self = .text(.string(cursor.offset(shape.offsetSize)))
        case DW_FORM_line_strp: self = .text(.lineString(cursor.offset(shape.offsetSize)))
        case DW_FORM_strp_sup, DW_FORM_GNU_strp_alt:
            self = .text(.shared(cursor.offset(shape.offsetSize)))
        case DW_FORM_strx, DW_FORM_GNU_str_index: self = .text(.index(cursor.unsignedLEB()))
        case DW_FORM_strx1...DW_FORM_strx4:
            self = .text(.index(cursor.number(form.byteCount(over: DW_FORM_strx1))))
        case DW_FORM_addrx, DW_FORM_GNU_addr_index:
            self = .addressIndex(cursor.unsignedLEB(), plus: 0)
        case DW_FORM_addrx1...DW_FORM_addrx4:
            self = .addressIndex(cursor.number(form.byteCount(over: DW_FORM_addrx1)), plus: 0)
        case AttributeForm.llvmAddressIndex:
            let index = cursor.unsignedLEB()
            self = .addressIndex(index, plus: UInt64(cursor.fixed(UInt32.self)))
        case DW_FORM_indirect:
            let form = AttributeForm(rawValue: UInt16(clamping: cursor.unsignedLEB()))
            // One that names itself again would be a way to nowhere.
            guard form != .indirect, form != .implicitConstant, form.length(in: shape) != nil else {
                self = .none
                cursor.skip(.max)
                return
            }
            self = AttributeValue(form, implicit: 0, &cursor, shape)
        default:
            // Blocks and references to types: nothing that is asked for.
            self = .none
            if let length = form.length(in: shape) { cursor.skip(length, shape) }
        }
    }
}

extension DWARFCursor {
    @inline(__always)
    mutating func skip(_ length: AttributeForm.Length, _ shape: UnitShape) {
        switch length {
        case .bytes(let count): skip(count)
        case .leb: skipLEB()
        case .lebAndFour:
            skipLEB()
            skip(4)
        case .text: _ = unsafe text()
        case .block(let size): skip(Int(clamping: number(size)))
        case .lebBlock: skip(Int(clamping: unsignedLEB()))
        case .indirect: _ = AttributeValue(.indirect, implicit: 0, &self, shape)
        }
    }

    @inline(__always)
    mutating func skipLEB() {
        while byte() >= 0x80 {}
    }
}
