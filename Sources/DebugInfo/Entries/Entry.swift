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
