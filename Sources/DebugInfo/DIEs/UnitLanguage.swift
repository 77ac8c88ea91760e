import CElfutils

/// What a unit is written in, as far as that matters to what compilers write of it: DW_AT_language.
enum UnitLanguage {
    /// C, and Objective-C.
    case c
    /// C++, and Objective-C++: of the same family, with names for the linker that are not the source's.
    case cxx
    case other

    // Of DWARF 6, which elfutils' header does not have.
    private static let cxx17 = 0x2A
    private static let cxx20 = 0x2B
    private static let c17 = 0x2C
    private static let cxx23 = 0x3A
    private static let c23 = 0x3E

    init(_ attribute: AttributeValue) {
        switch attribute.number.flatMap(Int.init(exactly:)) {
        case DW_LANG_C89, DW_LANG_C, DW_LANG_C99, DW_LANG_C11, DW_LANG_ObjC, UnitLanguage.c17,
            UnitLanguage.c23:
            self = .c
        case DW_LANG_C_plus_plus, DW_LANG_C_plus_plus_03, DW_LANG_C_plus_plus_11,
            DW_LANG_C_plus_plus_14, DW_LANG_ObjC_plus_plus, UnitLanguage.cxx17,
            UnitLanguage.cxx20, UnitLanguage.cxx23:
            self = .cxx
        default: self = .other
        }
    }

    var isOfCFamily: Bool { self != .other }
}
