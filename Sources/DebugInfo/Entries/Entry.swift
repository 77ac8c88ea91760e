/// The attributes of an entry that say where a function's code is and what it is called, as they
/// stand there.
struct Entry {
    var name = FormValue.none
    var linkageName = FormValue.none
    var origin = FormValue.none
    var specification = FormValue.none
    var lowPC = FormValue.none
    var highPC = FormValue.none
    var ranges = FormValue.none
    var entryPC = FormValue.none
    var file = FormValue.none
    var line = FormValue.none
    var callFile = FormValue.none
    var callLine = FormValue.none

    /// Reads the entry at the cursor, which stands behind its code.
    init(
        _ abbreviation: AbbreviationTable.Abbreviation, of table: AbbreviationTable,
        _ cursor: inout Cursor, _ shape: UnitShape
    ) {
        table.forEachAttribute(of: abbreviation, &cursor, shape) { attribute, value in
            switch attribute.rawValue {
            case 0x03: name = value  // name
            case 0x11: lowPC = value  // low_pc
            case 0x12: highPC = value  // high_pc
            case 0x31: origin = value  // abstract_origin
            case 0x3A: file = value  // decl_file
            case 0x3B: line = value  // decl_line
            case 0x47: specification = value  // specification
            case 0x52: entryPC = value  // entry_pc
            case 0x55: ranges = value  // ranges
            case 0x58: callFile = value  // call_file
            case 0x59: callLine = value  // call_line
            case 0x6E, 0x2007: linkageName = value  // linkage_name, MIPS_linkage_name
            default: break
            }
        }
    }
}

/// The attributes of a unit's first entry that the others need.
struct UnitEntry {
    var lowPC = FormValue.none
    var lineProgram = FormValue.none
    var folder = FormValue.none
    var stringOffsetsBase = FormValue.none
    var addressBase = FormValue.none
    var rangeListsBase = FormValue.none
    /// Of split units of DWARF 4, in the skeleton.
    var rangesBase = FormValue.none
    var splitFile = FormValue.none

    /// Reads the entry at the cursor, which stands behind its code.
    init(
        _ abbreviation: AbbreviationTable.Abbreviation, of table: AbbreviationTable,
        _ cursor: inout Cursor, _ shape: UnitShape
    ) {
        table.forEachAttribute(of: abbreviation, &cursor, shape) { attribute, value in
            switch attribute.rawValue {
            case 0x10: lineProgram = value  // stmt_list
            case 0x11: lowPC = value  // low_pc
            case 0x1B: folder = value  // comp_dir
            case 0x72: stringOffsetsBase = value  // str_offsets_base
            case 0x73, 0x2133: addressBase = value  // addr_base, GNU_addr_base
            case 0x74: rangeListsBase = value  // rnglists_base
            case 0x76, 0x2130: splitFile = value  // dwo_name, GNU_dwo_name
            case 0x2132: rangesBase = value  // GNU_ranges_base
            default: break
            }
        }
    }
}

extension AbbreviationTable {
    @inline(__always)
    fileprivate func forEachAttribute(
        of abbreviation: Abbreviation, _ cursor: inout Cursor, _ shape: UnitShape,
        _ body: (AttributeName, FormValue) -> Void
    ) {
        for index in abbreviation.attributes {
            let attribute = attributes[Int(index)]
            body(
                attribute.name,
                FormValue(attribute.form, implicit: attribute.implicit, &cursor, shape))
        }
    }

    /// Passes over the entry at the cursor, which stands behind its code; gives the distance from
    /// the unit's start to the entry behind its children, where it is said.
    @inline(__always)
    func skip(
        _ abbreviation: Abbreviation, _ cursor: inout Cursor, _ shape: UnitShape
    ) -> UInt64? {
        if let length = abbreviation.fixedLength {
            cursor.skip(Int(length))
            return nil
        }
        var sibling: UInt64? = nil
        for index in abbreviation.steps {
            switch steps[Int(index)] {
            case .skip(let length): cursor.skip(length, shape)
            case .sibling(let form):
                if case .unitEntry(let offset) = FormValue(form, implicit: 0, &cursor, shape) {
                    sibling = offset
                }
            }
        }
        return sibling
    }
}
