extension DIEReader {
    /// The address that an attribute says, by itself or by its number in `.debug_addr`.
    func address(_ value: AttributeValue, in unit: Unit) -> UInt64? {
        switch value {
        case .address(let address): return address
        case .addressIndex(let index, let addend):
            let size = UInt64(unit.header.shape.addressSize)
            let (distance, isLarge) = index.multipliedReportingOverflow(by: size)
            let (offset, isLarger) = unit.addressBase.addingReportingOverflow(distance)
            guard !isLarge, !isLarger else { return nil }
            var cursor = files[unit.file].sections.cursor(.addr, at: offset)
            let address = cursor.number(unit.header.shape.addressSize)
            return cursor.isBroken ? nil : address &+ addend
        default: return nil
        }
    }

    /// Where the code of a DIE with these ranges is entered, if it says so.
    func entryAddress(of die: FunctionDIE, in unit: Unit, _ ranges: [Range<UInt64>]) -> UInt64? {
        if let address = address(die.entryPC, in: unit) { return address }
        let low = address(die.lowPC, in: unit)
        if let distance = die.entryPC.number, let base = low ?? ranges.first?.lowerBound {
            return base &+ distance
        }
        return low
    }

    /// The addresses of the DIE's code; empty where it has none.
    ///
    /// - Throws: ``DebugInfoError/broken(_:)``
    mutating func ranges(of die: FunctionDIE, in unit: Unit) throws(DebugInfoError) -> [Range<
        UInt64
    >] {
        if let low = address(die.lowPC, in: unit) {
            let high = address(die.highPC, in: unit) ?? die.highPC.number.map { low &+ $0 }
            if let high { return low < high ? [low..<high] : [] }
        }
        let base = unit.lowPC ?? 0
        switch die.ranges {
        case .none: return []
        case .listIndex(let index): return try rangeList(index, in: unit, base: base)
        default:
            guard let offset = die.ranges.number else { return [] }
            return unit.header.shape.version < 5
                ? try pairs(at: offset &+ unit.rangesBase, in: unit, base: base)
                : try rangeList(at: offset, in: unit, base: base)
        }
    }

    /// `.debug_ranges`, of DWARF 2 to 4.
    private mutating func pairs(at offset: UInt64, in unit: Unit, base: UInt64)
        throws(DebugInfoError) -> [Range<UInt64>]
    {
        var ranges: [Range<UInt64>] = []
        var base = base
        let size = unit.header.shape.addressSize
        let highest = size == 8 ? UInt64.max : (1 << (UInt64(size) * 8)) - 1
        var cursor = files[unit.file].sections.cursor(.ranges, at: offset)
        while !cursor.isBroken {
            let (start, end) = (cursor.number(size), cursor.number(size))
            if start == 0, end == 0 { break }
            try ReadingLimits.take(1, from: &limits.ranges)
            if start == highest {
                base = end
            } else if !cursor.isBroken {
                ranges.append(start &+ base, end &+ base)
            }
        }
        return ranges
    }

    private mutating func rangeList(_ index: UInt64, in unit: Unit, base: UInt64)
        throws(DebugInfoError) -> [Range<UInt64>]
    {
        let shape = unit.header.shape
        let table = unit.rangeListsBase
        let (distance, isLarge) = index.multipliedReportingOverflow(by: UInt64(shape.offsetSize))
        let (slot, isLarger) = table.addingReportingOverflow(distance)
        guard !isLarge, !isLarger else { return [] }
        var cursor = files[unit.file].sections.cursor(.rnglists, at: slot)
        let offset = cursor.offset(shape.offsetSize)
        return cursor.isBroken ? [] : try rangeList(at: table &+ offset, in: unit, base: base)
    }

    /// `.debug_rnglists`, of DWARF 5 (2.17.3).
    private mutating func rangeList(at offset: UInt64, in unit: Unit, base: UInt64)
        throws(DebugInfoError) -> [Range<UInt64>]
    {
        var ranges: [Range<UInt64>] = []
        var base = base
        let size = unit.header.shape.addressSize
        var cursor = files[unit.file].sections.cursor(.rnglists, at: offset)
        func indexed(_ index: UInt64) -> UInt64? {
            address(.addressIndex(index, plus: 0), in: unit)
        }
        while !cursor.isBroken {
            try ReadingLimits.take(1, from: &limits.ranges)
            switch cursor.byte() {
            case 0: return ranges  // end_of_list
            case 1:  // base_addressx
                guard let address = indexed(cursor.unsignedLEB()) else { return ranges }
                base = address
            case 2:  // startx_endx
                let (start, end) = (indexed(cursor.unsignedLEB()), indexed(cursor.unsignedLEB()))
                if let start, let end { ranges.append(start, end) }
            case 3:  // startx_length
                let (start, length) = (indexed(cursor.unsignedLEB()), cursor.unsignedLEB())
                if let start { ranges.append(start, start &+ length) }
            case 4:  // offset_pair
                let (start, end) = (cursor.unsignedLEB(), cursor.unsignedLEB())
                if !cursor.isBroken { ranges.append(base &+ start, base &+ end) }
            case 5: base = cursor.number(size)  // base_address
            case 6:  // start_end
                let (start, end) = (cursor.number(size), cursor.number(size))
                if !cursor.isBroken { ranges.append(start, end) }
            case 7:  // start_length
                let (start, length) = (cursor.number(size), cursor.unsignedLEB())
                if !cursor.isBroken { ranges.append(start, start &+ length) }
            default: return ranges
            }
        }
        return ranges
    }
}

extension [Range<UInt64>] {
    fileprivate mutating func append(_ start: UInt64, _ end: UInt64) {
        if start < end { append(start..<end) }
    }
}
