import CElfutils
import MachineCode

/// An entry of a procedure linkage table: code by which a file calls a function that is elsewhere, or is chosen when the
/// program starts.
struct LinkageStub {
    /// Where calls come to.
    var start: UInt64
    /// The instruction that takes the function's address from memory.
    var load: UInt64
    /// The address behind the stub.
    var end: UInt64
    /// The function's name; nil where it has none.
    var name: String?

    /// Those of an ELF file.
    ///
    /// - Parameter ownName: the name of a function of the file itself, by its address.
    static func stubs(
        _ elf: OpaquePointer, _ image: Image, _ set: InstructionSet, _ damage: TableDamage? = nil,
        ownName: (UInt64) -> String?
    ) -> [LinkageStub] {
        var table: UInt64?
        unsafe ELFSections.forEach(elf) { _, header, name in
            if name == ".got.plt" || (name == ".got" && table == nil) { table = header.sh_addr }
        }
        var found: [(stub: LinkageStub, slot: UInt64)] = []
        for section in unsafe ELFSections.code(elf, image, set, isWanted: isSection) {
            let bytes = section.bytes.span
            let addresses = section.addresses
            for offset in stride(from: 0, to: bytes.count, by: set.stubStep) {
                let load = addresses.lowerBound &+ UInt64(offset)
                guard let slot = set.stubSlot(bytes, at: offset, address: load, table: table) else {
                    continue
                }
                let start = load &- UInt64(set.stubLead(bytes, before: offset))
                if let last = found.indices.last, found[last].stub.end == addresses.upperBound {
                    found[last].stub.end = start
                }
                found.append(
                    (LinkageStub(start: start, load: load, end: addresses.upperBound), slot))
            }
        }
        let names = unsafe names(elf, of: Set(found.map(\.slot)), damage, ownName)
        // What a table begins with leads to the dynamic loader, by a place that no relocation is for.
        return found.compactMap { stub, slot in
            guard let name = names[slot] else { return nil }
            var stub = stub
            stub.name = name
            return stub
        }
    }

    /// Whether a section of this name has stubs.
    static func isSection(_ name: String) -> Bool { name.contains("plt") }

    /// The names of what is called through places in memory, nil where it has none.
    private static func names(
        _ elf: OpaquePointer, of slots: Set<UInt64>, _ damage: TableDamage?,
        _ ownName: (UInt64) -> String?
    ) -> [UInt64: String?] {
        var found: [UInt64: String?] = [:]
        guard !slots.isEmpty else { return found }
        unsafe Relocations.forEach(elf, damage) { entry in
            guard slots.contains(entry.place) else { return }
            if let text = unsafe entry.name {
                found[entry.place] = .some(unsafe String(cString: text))
            } else {
                found[entry.place] = .some(entry.addend.flatMap(ownName))
            }
        }
        return found
    }
}
