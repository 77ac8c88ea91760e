/// The module map of a system emulation, where nothing tells what lies in memory but the user.
struct SystemMemory {
    private(set) var map: ModuleMap
    /// Whether the first ELF file is a 32-bit one; true where there is none and addresses are short.
    private(set) var is32Bit = false
    /// Those files whose place the user does not say.
    private(set) var searches: [CodeSearch] = []

    /// Reads the ELF files' headers.
    init(
        elves: [NamedMemory.ELF], ranges: [NamedMemory.Range], selection: BlockSelection
    ) throws(OptionError) {
        map = ModuleMap(selection)
        for (index, elf) in elves.enumerated() {
            let path = (try? elf.path.resolved()) ?? elf.path
            if let size = try SystemMemory.unlinked(elf.path) {
                guard let base = elf.base else { throw .needsBase(elf.path) }
                let end = base &+ ((size &+ ELFLayout.pageSize &- 1) & ~(ELFLayout.pageSize - 1))
                let file = LoadedFile(
                    mapped: base, end: end, base: base, path: path.bytes, identity: nil)
                map.add(file, at: [(base, base &+ size)])
                continue
            }
            let layout = try SystemMemory.layout(of: elf.path)
            if index == 0 { is32Bit = layout.is32Bit }
            let bias = elf.base.map { $0 &- layout.start } ?? 0
            if elf.base == nil {
                searches.append(CodeSearch(path, layout, file: map.files.count))
            }
            map.add(
                LoadedFile(layout, bias: bias, path: path.bytes, identity: nil),
                at: layout.segments.map { (bias &+ $0.address, bias &+ $0.end) })
        }
        for range in ranges {
            guard let name = range.name else { continue }
            map.addNamed(
                LoadedFile(
                    mapped: range.start, end: range.end, base: range.start, path: name,
                    identity: nil))
        }
    }

    /// Bytes of code of a file that is not linked; nil where it is another.
    private static func unlinked(_ path: HostPath) throws(OptionError) -> UInt64? {
        do throws(HostError) {
            return try ELFFile.sizeOfUnlinkedCode(path)
        } catch {
            throw .unreadable(path, error)
        }
    }

    private static func layout(of path: HostPath) throws(OptionError) -> ELFLayout {
        do throws(HostError) {
            if let file = try ELFFile(path) { return file.layout }
        } catch {
            throw .unreadable(path, error)
        }
        throw .notELF(path)
    }
}
