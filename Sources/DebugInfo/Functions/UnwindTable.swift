import CElfutils
import Coverage

/// The code that `.eh_frame` says how to unwind (Linux Standard Base, Core, "Exception Frames"): each range is a function,
/// or a part of one that stands elsewhere.
enum UnwindTable {
    /// Those of an ELF file; none of a relocatable one, whose addresses are not known.
    ///
    /// - Parameter isStub: whether linker's stubs are at an address: one range is of all of them.
    static func functions(
        _ elf: OpaquePointer, _ image: Image, _ damage: TableDamage, isStub: (UInt64) -> Bool
    ) -> [FoundFunction] {
        guard !image.isRelocatable,
            let section = unsafe ELFSections.found(FrameReader.name, elf, damage)
        else { return [] }
        var reader = FrameReader(section, damage, isCode: image.isCode)
        return reader.functions().filter { !isStub($0.address) }
    }

    /// Where functions go on when a call throws something (Itanium C++ ABI, "Exception Handling Tables"); none of a
    /// relocatable file.
    static func landings(_ elf: OpaquePointer, _ image: Image) -> [Landing] {
        guard !image.isRelocatable, let table = unsafe ELFSections.found(".gcc_except_table", elf),
            let section = unsafe ELFSections.found(FrameReader.name, elf)
        else { return [] }
        var reader = FrameReader(section, TableDamage(), isCode: image.isCode)
        return reader.landings(table)
    }
}

/// Reads a section of frames from one entry to the next. What is broken ends the section.
private struct FrameReader {
    /// What a common entry (CIE) says of those of functions (FDE) that refer to it.
    private struct Common {
        /// How addresses are written (`DW_EH_PE_…`).
        var encoding: UInt8 = 0
        /// How the place of what to do with exceptions is; nil where entries have none.
        var tableEncoding: UInt8?
        /// Whether entries say how long what follows is.
        var isAugmented = false
        /// Whether the code is a signal handler's way back.
        var isSignalReturn = false
    }

    static let name = ".eh_frame"

    private let section: ELFSections.Found
    private let damage: TableDamage
    private let isCode: (UInt64) -> Bool
    /// By offset; nil where it is of a kind that is not known.
    private var commons: [Int: Common?] = [:]

    init(
        _ section: ELFSections.Found, _ damage: TableDamage, isCode: @escaping (UInt64) -> Bool
    ) {
        self.section = section
        self.damage = damage
        self.isCode = isCode
    }

    mutating func functions() -> [FoundFunction] {
        var found: [FoundFunction] = []
        forEach { reader, cursor, common, place in
            if let function = reader.function(&cursor, common, at: place) {
                found.append(function)
            }
        }
        return found
    }

    /// - Parameter table: what to do with exceptions.
    mutating func landings(_ table: ELFSections.Found) -> [Landing] {
        var found: [Landing] = []
        forEach { reader, cursor, common, _ in
            guard let encoding = common.tableEncoding, common.isAugmented,
                let start = reader.section.pointer(&cursor, common.encoding),
                reader.section.pointer(&cursor, common.encoding & 0x0F) != nil
            else { return }
            _ = cursor.unsignedLEB()
            guard let place = reader.section.pointer(&cursor, encoding), !cursor.isBroken,
                place >= table.address, place - table.address < UInt64(table.count)
            else { return }
            found += table.landings(at: Int(place - table.address), of: start)
        }
        return found
    }

    /// Calls `body` with each function's entry, what its common entry says, and the entry's place.
    private mutating func forEach(
        _ body: (FrameReader, inout DWARFCursor, Common, Int) -> Void
    ) {
        var cursor = section.cursor(at: 0)
        while !cursor.isAtEnd {
            let place = cursor.offset
            var length = UInt64(cursor.fixed(UInt32.self))
            if length == 0xFFFF_FFFF { length = cursor.fixed(UInt64.self) }
            // The end of what one file has brought; others can follow.
            if length == 0 { continue }
            let start = cursor.offset
            var next = cursor
            next.skip(Int(clamping: length))
            if cursor.isBroken || next.isBroken {
                damage.add(FrameReader.name, at: place, "an entry goes on behind the section's end")
                break
            }
            let distance = Int(cursor.fixed(UInt32.self))
            if distance != 0 {
                if let common = common(at: start - distance) {
                    body(self, &cursor, common, place)
                } else {
                    damage.add(
                        FrameReader.name, at: place, "an entry refers to none that can be read")
                }
            }
            cursor = next
        }
    }

    /// Nil also for an entry of no bytes, which linkers leave of code that they have left out.
    private func function(_ cursor: inout DWARFCursor, _ common: Common, at place: Int)
        -> FoundFunction?
    {
        guard let address = section.pointer(&cursor, common.encoding),
            let size = section.pointer(&cursor, common.encoding & 0x0F), !cursor.isBroken
        else {
            damage.add(FrameReader.name, at: place, "an entry's address cannot be read")
            return nil
        }
        guard size > 0 else { return nil }
        guard isCode(address) else {
            damage.add(FrameReader.name, at: place, "an entry is of an address that has no code")
            return nil
        }
        // Who unwinds looks up the address before the one that is returned to. A signal handler returns to the
        // beginning, so the frame begins one instruction before it.
        let lead: UInt64 = common.isSignalReturn && section.isX86 && size > 1 ? 1 : 0
        return FoundFunction(
            address: address &+ lead, size: size - lead, name: nil, source: .unwindTable)
    }

    private mutating func common(at offset: Int) -> Common? {
        if let known = commons[offset] { return known }
        let found = read(at: offset)
        commons[offset] = .some(found)
        return found
    }

    private func read(at offset: Int) -> Common? {
        guard offset >= 0 else { return nil }
        var cursor = section.cursor(at: offset)
        if cursor.fixed(UInt32.self) == 0xFFFF_FFFF { cursor.skip(8) }
        guard cursor.fixed(UInt32.self) == 0 else { return nil }
        let version = cursor.byte()
        guard [1, 3].contains(version) else { return nil }
        let augmentation = unsafe [UInt8](cursor.text())
        _ = cursor.unsignedLEB()
        _ = cursor.signedLEB()
        if version == 1 { _ = cursor.byte() } else { _ = cursor.unsignedLEB() }
        var common = Common()
        guard let first = augmentation.first else { return cursor.isBroken ? nil : common }
        guard first == UInt8(ascii: "z") else { return nil }
        common.isAugmented = true
        _ = cursor.unsignedLEB()
        for letter in augmentation.dropFirst() {
            switch letter {
            case UInt8(ascii: "R"): common.encoding = cursor.byte()
            case UInt8(ascii: "L"): common.tableEncoding = cursor.byte()
            case UInt8(ascii: "P"):
                let encoding = cursor.byte()
                guard section.pointer(&cursor, encoding) != nil else { return nil }
            case UInt8(ascii: "S"): common.isSignalReturn = true
            // How return addresses are signed, and memory tagged.
            case UInt8(ascii: "B"), UInt8(ascii: "G"): break
            default: return nil
            }
        }
        return cursor.isBroken ? nil : common
    }
}

extension ELFSections.Found {
    /// What stands for one function: the calls that it does something behind when they throw, and where.
    ///
    /// - Parameter start: the function's first address, which others count from.
    fileprivate func landings(at offset: Int, of start: UInt64) -> [Landing] {
        var cursor = self.cursor(at: offset)
        var base = start
        let baseEncoding = cursor.byte()
        if baseEncoding != 0xFF {
            guard let other = pointer(&cursor, baseEncoding) else { return [] }
            base = other
        }
        if cursor.byte() != 0xFF { _ = cursor.unsignedLEB() }
        let encoding = cursor.byte() & 0x0F
        let length = Int(clamping: cursor.unsignedLEB())
        guard length <= count - cursor.offset else { return [] }
        let end = cursor.offset + length
        var found: [Landing] = []
        while cursor.offset < end, !cursor.isBroken {
            guard let first = pointer(&cursor, encoding), let size = pointer(&cursor, encoding),
                let pad = pointer(&cursor, encoding)
            else { break }
            _ = cursor.unsignedLEB()
            if pad != 0, !cursor.isBroken {
                let first = base &+ first
                found.append(
                    Landing(calls: first..<max(first, first &+ size), address: base &+ pad))
            }
        }
        return found
    }

    /// An address as frames have it; nil where it is written in a way that is not known, or counts from elsewhere than
    /// itself.
    ///
    /// - Parameter encoding: `DW_EH_PE_…`.
    fileprivate func pointer(_ cursor: inout DWARFCursor, _ encoding: UInt8) -> UInt64? {
        let place = address &+ UInt64(cursor.offset)
        let number: UInt64
        switch encoding & 0x0F {
        case 0: number = word(&cursor)
        case 1: number = cursor.unsignedLEB()
        case 2: number = UInt64(cursor.fixed(UInt16.self))
        case 3: number = UInt64(cursor.fixed(UInt32.self))
        case 4, 12: number = cursor.fixed(UInt64.self)
        case 9: number = UInt64(bitPattern: cursor.signedLEB())
        case 10: number = UInt64(bitPattern: Int64(cursor.fixed(Int16.self)))
        case 11: number = UInt64(bitPattern: Int64(cursor.fixed(Int32.self)))
        default: return nil
        }
        switch encoding & 0x70 {
        case 0: return number & mask
        case 0x10: return (place &+ number) & mask
        default: return encoding & 0x70 == 0x30 ? number & mask : nil
        }
    }
}
