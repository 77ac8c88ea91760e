import CElfutils

#if canImport(Glibc)
    import Glibc
#endif

/// The name of a separate debug file that an ELF file gives: `.gnu_debuglink`.
struct DebugLink {
    private let name: String
    private let program: String
    private let buildID: [UInt8]

    /// Nil where the file gives none.
    init?(_ elf: OpaquePointer, path: String, buildID: [UInt8]) {
        var checksum: GElf_Word = 0
        guard let text = unsafe dwelf_elf_gnu_debuglink(elf, &checksum) else { return nil }
        name = unsafe String(cString: text)
        program = path
        self.buildID = buildID
    }

    /// A file of that name at one of the usual places that is there, and was not taken: it belongs to
    /// another build.
    func stranger(in debugFolders: [String]) -> DebugInfoError? {
        guard !name.isEmpty, !name.contains("/") else { return nil }
        let slash = program.lastIndex(of: "/")
        let folder = slash.map { String(program[...$0]) } ?? ""
        var places = [folder + name, folder + ".debug/" + name]
        for tree in debugFolders + ["/usr/lib/debug"] {
            if folder.hasPrefix("/") { places.append(tree + folder + name) }
            places.append(tree + "/" + name)
        }
        for place in places where unsafe place != program && access(place, R_OK) == 0 {
            return .otherBuild(
                debugFile: place, buildID: BuildID.ofFile(at: place) ?? [], own: buildID)
        }
        return nil
    }
}
