import CElfutils

#if canImport(Glibc)
    import Glibc
#endif

/// What is read from a debugging information entry.
enum DIE {
    /// A text attribute of the entry or of the one that it completes, whose bytes stay as long as
    /// libdw's handle does.
    static func bytes(_ die: inout Dwarf_Die, _ name: Int) -> UnsafeRawBufferPointer? {
        var attribute = unsafe Dwarf_Attribute()
        guard unsafe dwarf_attr_integrate(&die, UInt32(name), &attribute) != nil,
            let text = unsafe dwarf_formstring(&attribute)
        else { return nil }
        return unsafe UnsafeRawBufferPointer(start: text, count: strlen(text))
    }
}
