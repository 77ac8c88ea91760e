import CElfutils

/// The files beside an ELF file's own that its DIEs stand in, as libdw finds them.
@safe
struct SupplementaryFiles {
    /// Of the file that dwz has made of what several files have.
    let shared: DebugSections?
    /// What the debug information says of that file; nil where it does not share any.
    let reference: SharedFile.Reference?
    /// The file that has its name, where that is another one.
    let stranger: (path: String, id: [UInt8])?
    private let sharedFile: SharedFile?
    private let dwarf: OpaquePointer
    private let package: UnitPackage?
    private let objects: SplitObjects
    private let files: [String]

    /// - Parameters:
    ///   - package: split units that libdw does not find.
    ///   - objects: what finds others that libdw does not; it must outlive what is read.
    ///   - files: the ELF file and the one that has its debug information.
    ///   - debugFolders: where the shared file can stand by its build-id.
    init(
        _ dwarf: OpaquePointer, _ package: UnitPackage?, _ objects: SplitObjects, files: [String],
        debugFolders: [String]
    ) {
        (self.package, self.objects, self.files) = (package, objects, files)
        unsafe self.dwarf = unsafe dwarf
        reference = unsafe dwarf_getelf(dwarf).flatMap { unsafe SharedFile.Reference($0) }
        let paths =
            reference.map {
                SeparateFiles.candidates(of: $0.name, in: nil, besides: files)
                    + SeparateFiles.candidates(
                        ofBuildID: $0.id, in: debugFolders + [SeparateFiles.systemFolder])
            } ?? []
        let own = reference.map { SharedFile.open($0, at: paths) } ?? (nil, nil)
        sharedFile = own.0
        // libdw finds it in more places. It opens whatever is there, and takes one of any build.
        if sharedFile == nil, let reference, !RegularFile.isAnyOther(paths),
            let found = unsafe dwarf_getalt(dwarf).flatMap({ unsafe dwarf_getelf($0) }),
            unsafe SharedFile.buildID(of: found) == reference.id
        {
            stranger = nil
            shared = unsafe DebugSections(found, isSplit: false)
        } else {
            stranger = own.1
            shared = sharedFile?.sections
        }
    }

    /// A text attribute of a DIE of libdw's, whose bytes stay as long as the files do. Where it stands in the
    /// shared file, libdw is not asked: it would open whatever has that file's name.
    func bytes(_ die: inout Dwarf_Die, _ name: Int) -> UnsafeRawBufferPointer? {
        var (attribute, unit) = unsafe (Dwarf_Attribute(), Dwarf_Die())
        var offsetSize: UInt8 = 0
        guard unsafe dwarf_attr(&die, UInt32(name), &attribute) != nil,
            unsafe [DW_FORM_GNU_strp_alt, DW_FORM_strp_sup].contains(Int(attribute.form))
        else { return unsafe DIE.bytes(&die, name) }
        guard let shared, unsafe dwarf_diecu(&die, &unit, nil, &offsetSize) != nil else {
            return nil
        }
        let value = unsafe UnsafeRawBufferPointer(start: attribute.valp, count: Int(offsetSize))
        var cursor = unsafe DWARFCursor(value, isBigEndian: shared.isBigEndian)
        cursor = shared.cursor(.str, at: cursor.offset(offsetSize))
        let text = unsafe cursor.text()
        return cursor.isBroken ? nil : unsafe text
    }

    /// Where libdw finds the unit that a skeleton stands for, if what it would open is a regular file.
    ///
    /// - Returns: the unit's id, and where its file can be; `split` is empty where libdw does not find it.
    private func find(_ skeleton: inout Dwarf_Die, _ split: inout Dwarf_Die) -> (
        id: UInt64, candidates: [String]
    )? {
        var id: UInt64 = 0
        guard let name = unsafe splitName(&skeleton) else { return nil }
        let folder = unsafe bytes(&skeleton, DW_AT_comp_dir).map {
            unsafe String(decoding: $0, as: UTF8.self)
        }
        let candidates = SeparateFiles.candidates(of: name, in: folder, besides: files)
        let isSafe = !RegularFile.isAnyOther(candidates)
        let status = unsafe withUnsafeMutablePointer(to: &split) { split in
            unsafe dwarf_cu_info(
                skeleton.cu, nil, nil, nil, isSafe ? split : nil, &id, nil, nil)
        }
        return status == 0 ? (id, candidates) : nil
    }

    /// A split unit that libdw does not find.
    private func otherUnit(_ id: UInt64, _ candidates: [String]) -> DIEReader.SplitUnit? {
        package?.unit(id) ?? objects.unit(id, at: candidates)
    }

    private func splitName(_ skeleton: inout Dwarf_Die) -> String? {
        var name = unsafe bytes(&skeleton, DW_AT_dwo_name)
        if unsafe name == nil { unsafe name = bytes(&skeleton, DW_AT_GNU_dwo_name) }
        return unsafe name.map { unsafe String(decoding: $0, as: UTF8.self) }
    }

    /// The unit that the skeleton stands for whose first DIE is at an offset of `.debug_info`; nil
    /// where its file is not found.
    func splitUnit(_ firstDIE: Int) -> DIEReader.SplitUnit? {
        var (skeleton, split) = unsafe (Dwarf_Die(), Dwarf_Die())
        guard let offset = Dwarf_Off(exactly: firstDIE),
            unsafe dwarf_offdie(dwarf, offset, &skeleton) != nil,
            let (id, candidates) = unsafe find(&skeleton, &split)
        else { return nil }
        guard unsafe split.addr != nil, let file = unsafe dwarf_cu_getdwarf(split.cu) else {
            return otherUnit(id, candidates)
        }
        let sections = unsafe DebugSections(dwarf_getelf(file), isSplit: true)
        return (sections, Int(clamping: unsafe dwarf_dieoffset(&split)))
    }

    /// The names of the files that are not found; one that is another is there.
    func missing() -> [String] {
        guard let reference, shared == nil, stranger == nil else { return missingUnits() }
        return [reference.name] + missingUnits()
    }

    private func missingUnits() -> [String] {
        var names: [String] = []
        var unit: OpaquePointer? = nil
        var next: OpaquePointer? = nil
        var type: UInt8 = 0
        var (die, split) = unsafe (Dwarf_Die(), Dwarf_Die())
        while unsafe dwarf_get_units(dwarf, unit, &next, nil, &type, &die, nil) == 0 {
            unsafe unit = next
            unsafe split = Dwarf_Die()
            guard type == DW_UT_skeleton, let (id, candidates) = unsafe find(&die, &split),
                unsafe split.addr == nil, otherUnit(id, candidates) == nil,
                let name = unsafe splitName(&die)
            else { continue }
            names.append(name)
        }
        return names
    }
}
