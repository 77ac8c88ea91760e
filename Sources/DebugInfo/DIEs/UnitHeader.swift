/// Where a unit stands in `.debug_info`, and what it takes to read its DIEs.
struct UnitHeader {
    /// Bytes from the start of the section to the unit, to its first DIE and to its end.
    let start, firstDIE, end: Int
    let shape: UnitShape
    /// Bytes from the start of `.debug_abbrev`.
    let abbreviations: UInt64
    /// What a skeleton and its split unit have in common; before DWARF 5, an attribute says it.
    let splitID: UInt64?

    /// Reads the header at the cursor and leaves it at the next unit; nil at the end, or where no
    /// unit can be: what stands there has no length to find the next by.
    init?(_ cursor: inout DWARFCursor) {
        repeat {
            let start = cursor.offset
            guard !cursor.isAtEnd else { return nil }
            var length = UInt64(cursor.fixed(UInt32.self))
            var offsetSize: UInt8 = 4
            if length == 0xFFFF_FFFF {
                length = cursor.fixed(UInt64.self)
                offsetSize = 8
            }
            let body = cursor.offset
            guard !cursor.isBroken, length <= cursor.count - body else { return nil }
            let end = body + Int(length)
            let version = cursor.fixed(UInt16.self)
            var (type, addressSize) = (UnitShape.compile, UInt8(0))
            if version >= 5 {
                type = cursor.byte()
                addressSize = cursor.byte()
            }
            let abbreviations = cursor.offset(offsetSize)
            if version < 5 { addressSize = cursor.byte() }
            let isOfSplit = type == UnitShape.skeleton || type == UnitShape.splitCompile
            let id = isOfSplit ? cursor.fixed(UInt64.self) : nil
            let firstDIE = cursor.offset
            let isRead = !cursor.isBroken && firstDIE <= end
            cursor.move(to: end)
            // Others hold no code, or are of a version that is not known.
            guard isRead, (2...5).contains(version), [1, 2, 4, 8].contains(addressSize),
                [UnitShape.compile, UnitShape.partial, UnitShape.skeleton, UnitShape.splitCompile]
                    .contains(type)
            else { continue }
            (self.start, self.firstDIE, self.end) = (start, firstDIE, end)
            self.abbreviations = abbreviations
            splitID = id
            shape = UnitShape(version: version, offsetSize: offsetSize, addressSize: addressSize)
            return
        } while true
    }
}

/// What the lengths of a unit's attributes depend on.
struct UnitShape: Hashable {
    // DW_UT_…, the types of units that are read.
    static let compile: UInt8 = 1
    static let partial: UInt8 = 3
    static let skeleton: UInt8 = 4
    static let splitCompile: UInt8 = 5

    /// 2 to 5.
    let version: UInt16
    /// 4, or 8 in the 64-bit form of DWARF.
    let offsetSize: UInt8
    /// 1, 2, 4 or 8.
    let addressSize: UInt8
}

extension DWARFCursor {
    /// The next offset of so many bytes.
    @inline(__always)
    mutating func offset(_ size: UInt8) -> UInt64 {
        size == 8 ? fixed(UInt64.self) : UInt64(fixed(UInt32.self))
    }

    /// The next number of 1, 2, 3, 4 or 8 bytes.
    @inline(__always)
    mutating func number(_ size: UInt8) -> UInt64 {
        switch size {
        case 1: UInt64(byte())
        case 2: UInt64(fixed(UInt16.self))
        case 4: UInt64(fixed(UInt32.self))
        case 8: fixed(UInt64.self)
        default: threeBytes()
        }
    }

    private mutating func threeBytes() -> UInt64 {
        let (first, second, third) = (UInt64(byte()), UInt64(byte()), UInt64(byte()))
        return isBigEndian
            ? first << 16 | second << 8 | third : third << 16 | second << 8 | first
    }
}
