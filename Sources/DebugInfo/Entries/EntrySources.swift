import CElfutils

/// The files beside an ELF file's own that its entries stand in, as libdw finds them.
@safe
struct EntrySources {
    /// Of the file that dwz has made of what several files have.
    let shared: DebugSections?
    private let dwarf: OpaquePointer

    init(_ dwarf: OpaquePointer) {
        unsafe self.dwarf = unsafe dwarf
        shared = unsafe dwarf_getalt(dwarf).map {
            unsafe DebugSections(dwarf_getelf($0), isSplit: false)
        }
    }

    /// The unit that the skeleton stands for whose first entry is at a place of `.debug_info`; nil
    /// where its file is not found.
    func splitUnit(_ firstEntry: Int) -> EntryReader.SplitUnit? {
        var (skeleton, split) = unsafe (Dwarf_Die(), Dwarf_Die())
        guard let offset = Dwarf_Off(exactly: firstEntry),
            unsafe dwarf_offdie(dwarf, offset, &skeleton) != nil,
            unsafe dwarf_cu_info(skeleton.cu, nil, nil, nil, &split, nil, nil, nil) == 0,
            unsafe split.addr != nil, let file = unsafe dwarf_cu_getdwarf(split.cu)
        else { return nil }
        let sections = unsafe DebugSections(dwarf_getelf(file), isSplit: true)
        return (sections, Int(clamping: unsafe dwarf_dieoffset(&split)))
    }
}
