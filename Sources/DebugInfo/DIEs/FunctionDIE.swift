import CElfutils

/// The attributes of a DIE that say where a function's code is and what it is called, as they
/// stand there.
struct FunctionDIE {
    var name = AttributeValue.none
    var linkageName = AttributeValue.none
    var origin = AttributeValue.none
    var specification = AttributeValue.none
    var lowPC = AttributeValue.none
    var highPC = AttributeValue.none
    var ranges = AttributeValue.none
    var entryPC = AttributeValue.none
    var file = AttributeValue.none
    var line = AttributeValue.none
    var callFile = AttributeValue.none
    var callLine = AttributeValue.none
    var artificial = AttributeValue.none

    /// Reads the DIE at the cursor, which stands behind its code.
    init(
        _ abbreviation: AbbreviationTable.Abbreviation, of table: AbbreviationTable,
        _ cursor: inout DWARFCursor, _ shape: UnitShape
    ) {
        table.forEachAttribute(of: abbreviation, &cursor, shape) { attribute, value in
            switch Int(attribute.rawValue) {
            case DW_AT_name: name = value
            case DW_AT_low_pc: lowPC = value
            case DW_AT_high_pc: highPC = value
            case DW_AT_abstract_origin: origin = value
            case DW_AT_decl_file: file = value
            case DW_AT_decl_line: line = value
            case DW_AT_specification: specification = value
            case DW_AT_entry_pc: entryPC = value
            case DW_AT_ranges: ranges = value
            case DW_AT_call_file: callFile = value
            case DW_AT_call_line: callLine = value
            case DW_AT_artificial: artificial = value
            case DW_AT_linkage_name, DW_AT_MIPS_linkage_name: linkageName = value
            default: break
            }
        }
    }
}
