import CElfutils

/// The attributes of a unit's first DIE that the others need.
struct UnitDIE {
    var lowPC = AttributeValue.none
    var lineProgram = AttributeValue.none
    var folder = AttributeValue.none
    var stringOffsetsBase = AttributeValue.none
    var addressBase = AttributeValue.none
    var rangeListsBase = AttributeValue.none
    /// Of split units of DWARF 4, in the skeleton.
    var rangesBase = AttributeValue.none
    var splitFile = AttributeValue.none
    /// Before DWARF 5, what a skeleton and its split unit have in common.
    var splitID = AttributeValue.none
    var language = AttributeValue.none
    var producer = AttributeValue.none

    /// Reads the DIE at the cursor, which stands behind its code.
    init(
        _ abbreviation: AbbreviationTable.Abbreviation, of table: AbbreviationTable,
        _ cursor: inout DWARFCursor, _ shape: UnitShape
    ) {
        table.forEachAttribute(of: abbreviation, &cursor, shape) { attribute, value in
            switch Int(attribute.rawValue) {
            case DW_AT_stmt_list: lineProgram = value
            case DW_AT_producer: producer = value
            case DW_AT_low_pc: lowPC = value
            case DW_AT_comp_dir: folder = value
            case DW_AT_str_offsets_base: stringOffsetsBase = value
            case DW_AT_addr_base, DW_AT_GNU_addr_base: addressBase = value
            case DW_AT_rnglists_base: rangeListsBase = value
            case DW_AT_dwo_name, DW_AT_GNU_dwo_name: splitFile = value
            case DW_AT_GNU_dwo_id: splitID = value
            case DW_AT_GNU_ranges_base: rangesBase = value
            case DW_AT_language: language = value
            default: break
            }
        }
    }
}
