import CElfutils

#if canImport(Glibc)
    import Glibc
#endif

/// What is read from a debugging information entry.
enum DIE {
    /// Entries nest as deep as the source does; a broken file must not exhaust the stack.
    private static let deepest = 256

    /// Calls `body` for each function with code of its own, wherever it stands: in the unit, in a
    /// namespace, a class or another function.
    static func forEachFunction(in parent: inout Dwarf_Die, _ body: (inout Dwarf_Die) -> Void) {
        unsafe forEachFunction(in: &parent, depth: 0, body)
    }

    private static func forEachFunction(
        in parent: inout Dwarf_Die, depth: Int, _ body: (inout Dwarf_Die) -> Void
    ) {
        var (die, next) = unsafe (Dwarf_Die(), Dwarf_Die())
        guard depth < deepest, unsafe dwarf_child(&parent, &next) == 0 else { return }
        repeat {
            unsafe die = next
            switch unsafe Int(dwarf_tag(&die)) {
            case DW_TAG_subprogram:
                unsafe body(&die)
                unsafe forEachFunction(in: &die, depth: depth + 1, body)
            case DW_TAG_namespace, DW_TAG_class_type, DW_TAG_structure_type, DW_TAG_union_type,
                DW_TAG_module, DW_TAG_lexical_block:
                unsafe forEachFunction(in: &die, depth: depth + 1, body)
            default: break
            }
        } while unsafe dwarf_siblingof(&die, &next) == 0
    }

    /// The code's addresses; empty for a declaration.
    static func ranges(_ die: inout Dwarf_Die) -> [Range<UInt64>] {
        var ranges: [Range<UInt64>] = []
        var (base, start, end): (Dwarf_Addr, Dwarf_Addr, Dwarf_Addr) = (0, 0, 0)
        var offset = 0
        while true {
            offset = unsafe dwarf_ranges(&die, offset, &base, &start, &end)
            guard offset > 0 else { return ranges }
            if start < end { ranges.append(start..<end) }
        }
    }

    /// The address at which the code is entered.
    static func entry(_ die: inout Dwarf_Die) -> UInt64? {
        var address: Dwarf_Addr = 0
        return unsafe dwarf_entrypc(&die, &address) == 0 ? address : nil
    }

    /// The name that the linker knows the function by, else the one in the source.
    static func functionName(_ die: inout Dwarf_Die) -> String? {
        unsafe string(&die, DW_AT_linkage_name) ?? string(&die, DW_AT_MIPS_linkage_name)
            ?? string(&die, DW_AT_name)
    }

    /// A text attribute of the entry or of the one that it completes.
    static func string(_ die: inout Dwarf_Die, _ name: Int) -> String? {
        unsafe bytes(&die, name).map { unsafe String(decoding: $0, as: UTF8.self) }
    }

    /// The same as bytes, which stay as long as libdw's handle does.
    static func bytes(_ die: inout Dwarf_Die, _ name: Int) -> UnsafeRawBufferPointer? {
        var attribute = unsafe Dwarf_Attribute()
        guard unsafe dwarf_attr_integrate(&die, UInt32(name), &attribute) != nil,
            let text = unsafe dwarf_formstring(&attribute)
        else { return nil }
        return unsafe UnsafeRawBufferPointer(start: text, count: strlen(text))
    }

    /// A number attribute of the entry or of the one that it completes.
    static func number(_ die: inout Dwarf_Die, _ name: Int) -> Int? {
        var attribute = unsafe Dwarf_Attribute()
        var value: Dwarf_Word = 0
        guard unsafe dwarf_attr_integrate(&die, UInt32(name), &attribute) != nil,
            unsafe dwarf_formudata(&attribute, &value) == 0
        else { return nil }
        return Int(exactly: value)
    }
}
