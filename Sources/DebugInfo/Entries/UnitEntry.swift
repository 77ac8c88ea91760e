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
