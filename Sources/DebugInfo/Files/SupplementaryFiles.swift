import CElfutils

/// The files beside an ELF file's own that its DIEs stand in, as libdw finds them.
@safe
struct SupplementaryFiles {
    /// Of the file that dwz has made of what several files have.
    let shared: DebugSections?
    private let dwarf: OpaquePointer
    private let package: UnitPackage?
    private let files: [String]

    /// - Parameters:
    ///   - package: split units that libdw does not find.
    ///   - files: the ELF file and the one that has its debug information.
    init(_ dwarf: OpaquePointer, _ package: UnitPackage?, files: [String]) {
        (self.package, self.files) = (package, files)
        unsafe self.dwarf = unsafe dwarf
        let isSafe = unsafe SupplementaryFiles.sharedName(dwarf).map {
            !RegularFile.isAnyOther(SeparateFiles.candidates(of: $0, in: nil, besides: files))
        }
        shared =
            isSafe == false
            ? nil
            : unsafe dwarf_getalt(dwarf).map {
                unsafe DebugSections(dwarf_getelf($0), isSplit: false)
            }
    }

    /// The name of the file that dwz has made, as the debug information has it.
    private static func sharedName(_ dwarf: OpaquePointer) -> String? {
        var name: UnsafePointer<CChar>?
        var buildID: UnsafeRawPointer?
        guard unsafe dwelf_dwarf_gnu_debugaltlink(dwarf, &name, &buildID) > 0 else { return nil }
        return unsafe name.map { unsafe String(cString: $0) }
    }

    /// Finds the unit that a skeleton stands for, where what libdw would open for it is a regular file.
    ///
    /// - Returns: the unit's id; `split` is empty where the file is not found.
    private func find(_ skeleton: inout Dwarf_Die, _ split: inout Dwarf_Die) -> UInt64? {
        var id: UInt64 = 0
        guard let name = unsafe SupplementaryFiles.splitName(&skeleton) else { return nil }
        let folder = unsafe DIE.bytes(&skeleton, DW_AT_comp_dir).map {
            unsafe String(decoding: $0, as: UTF8.self)
        }
        let candidates = SeparateFiles.candidates(of: name, in: folder, besides: files)
        let isSafe = !RegularFile.isAnyOther(candidates)
        let status = unsafe withUnsafeMutablePointer(to: &split) { split in
            unsafe dwarf_cu_info(
                skeleton.cu, nil, nil, nil, isSafe ? split : nil, &id, nil, nil)
        }
        return status == 0 ? id : nil
    }

    private static func splitName(_ skeleton: inout Dwarf_Die) -> String? {
        var name = unsafe DIE.bytes(&skeleton, DW_AT_dwo_name)
        if unsafe name == nil { unsafe name = DIE.bytes(&skeleton, DW_AT_GNU_dwo_name) }
        return unsafe name.map { unsafe String(decoding: $0, as: UTF8.self) }
    }

    /// The unit that the skeleton stands for whose first DIE is at an offset of `.debug_info`; nil
    /// where its file is not found.
    func splitUnit(_ firstDIE: Int) -> DIEReader.SplitUnit? {
        var (skeleton, split) = unsafe (Dwarf_Die(), Dwarf_Die())
        guard let offset = Dwarf_Off(exactly: firstDIE),
            unsafe dwarf_offdie(dwarf, offset, &skeleton) != nil,
            let id = unsafe find(&skeleton, &split)
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
        var (die, split) = unsafe (Dwarf_Die(), Dwarf_Die())
        while unsafe dwarf_get_units(dwarf, unit, &next, nil, &type, &die, nil) == 0 {
            unsafe unit = next
            unsafe split = Dwarf_Die()
            guard type == DW_UT_skeleton, let id = unsafe find(&die, &split),
                unsafe split.addr == nil, package?.unit(id) == nil,
                let name = unsafe SupplementaryFiles.splitName(&die)
            else { continue }
            names.append(name)
        }
        return names
    }
}
