import CElfutils

/// The files beside an ELF file's own that its entries stand in, as libdw finds them.
@safe
struct EntrySources {
    /// Of the file that dwz has made of what several files have.
    let shared: DebugSections?
    private let dwarf: OpaquePointer
    private let package: UnitPackage?

    /// - Parameter package: split units that libdw does not find.
    init(_ dwarf: OpaquePointer, _ package: UnitPackage?) {
        self.package = package
        unsafe self.dwarf = unsafe dwarf
        shared = unsafe dwarf_getalt(dwarf).map {
            unsafe DebugSections(dwarf_getelf($0), isSplit: false)
        }
    }

    /// The unit that the skeleton stands for whose first entry is at a place of `.debug_info`; nil
    /// where its file is not found.
    func splitUnit(_ firstEntry: Int) -> EntryReader.SplitUnit? {
        var (skeleton, split) = unsafe (Dwarf_Die(), Dwarf_Die())
        var id: UInt64 = 0
        guard let offset = Dwarf_Off(exactly: firstEntry),
            unsafe dwarf_offdie(dwarf, offset, &skeleton) != nil,
            unsafe dwarf_cu_info(skeleton.cu, nil, nil, nil, &split, &id, nil, nil) == 0
        else { return nil }
        guard unsafe split.addr != nil, let file = unsafe dwarf_cu_getdwarf(split.cu) else {
            return package?.unit(id)
        }
        let sections = unsafe DebugSections(dwarf_getelf(file), isSplit: true)
        return (sections, Int(clamping: unsafe dwarf_dieoffset(&split)))
    }

    /// The names of the split units' files that are not found.
    func missingUnits() -> [String] {
        var names: [String] = []
        var unit: OpaquePointer? = nil
        var next: OpaquePointer? = nil
        var type: UInt8 = 0
        var (entry, split) = unsafe (Dwarf_Die(), Dwarf_Die())
        while unsafe dwarf_get_units(dwarf, unit, &next, nil, &type, &entry, nil) == 0 {
            unsafe unit = next
            var id: UInt64 = 0
            guard type == DW_UT_skeleton,
                unsafe dwarf_cu_info(entry.cu, nil, nil, nil, &split, &id, nil, nil) == 0,
                unsafe split.addr == nil, package?.unit(id) == nil,
                let name = unsafe DIE.bytes(&entry, DW_AT_dwo_name)
                    ?? DIE.bytes(&entry, DW_AT_GNU_dwo_name)
            else { continue }
            names.append(unsafe String(decoding: name, as: UTF8.self))
        }
        return names
    }
}
