import CElfutils

/// A file with the split units of a whole program: `.dwp` (DWARF 5, 7.3.5, and GCC's before it). libdw
/// does not open it before 0.191.
@safe
final class UnitPackage {
    /// The columns of the index that concern us, by their numbers, which are the same in both forms
    /// but for the lists of ranges, which the older one has not.
    private static let columns: [UInt32: DebugSections.Name] = [
        1: .info, 3: .abbrev, 4: .line, 6: .stringOffsets, 8: .rnglists,
    ]

    private let file: OpenedELF
    private let sections: DebugSections
    /// The parts of the sections that are a unit's, by the unit's id.
    private var units: [UInt64: [DebugSections.Name: Range<Int>]] = [:]

    /// Opens the file; nil where there is none.
    init?(path: String) {
        guard let file = OpenedELF(path) else { return nil }
        self.file = file
        let elf = unsafe file.elf
        sections = unsafe DebugSections(elf, isSplit: true)
        if let index = unsafe ELFSections.bytes(of: ".debug_cu_index", elf) {
            unsafe read(DWARFCursor(index, isBigEndian: sections.isBigEndian))
        }
    }

    /// The unit with an id; its bytes stay as long as this does.
    func unit(_ id: UInt64) -> DIEReader.SplitUnit? {
        guard let parts = units[id] else { return nil }
        let own = sections.cut(to: parts)
        var cursor = own.cursor(.info, at: 0)
        return UnitHeader(&cursor).map { (own, $0.firstDIE) }
    }

    private func read(_ index: DWARFCursor) {
        var index = index
        // 2, or 5 in two bytes with two more behind them.
        let isOld = index.fixed(UInt32.self) == 2
        let columnCount = Int(index.fixed(UInt32.self))
        let unitCount = Int(index.fixed(UInt32.self))
        let slotCount = Int(index.fixed(UInt32.self))
        // Nothing is believed before it is there: eight bytes and four a slot, four a column and
        // eight a cell.
        let (cells, overflow) = columnCount.multipliedReportingOverflow(by: unitCount)
        guard !index.isBroken, !overflow, cells <= index.count, slotCount <= index.count,
            columnCount <= index.count
        else { return }
        let ids = (0..<slotCount).map { _ in index.fixed(UInt64.self) }
        let rows = (0..<slotCount).map { _ in Int(index.fixed(UInt32.self)) }
        let names = (0..<columnCount).map { _ in
            let number = index.fixed(UInt32.self)
            return isOld && number == 8 ? nil : UnitPackage.columns[number]
        }
        let offsets = (0..<cells).map { _ in Int(index.fixed(UInt32.self)) }
        let sizes = (0..<cells).map { _ in Int(index.fixed(UInt32.self)) }
        guard !index.isBroken else { return }
        for (id, row) in zip(ids, rows) where row > 0 && row <= unitCount {
            var parts: [DebugSections.Name: Range<Int>] = [:]
            for (column, name) in names.enumerated() {
                guard let name else { continue }
                let cell = (row - 1) * columnCount + column
                parts[name] = offsets[cell]..<offsets[cell] + sizes[cell]
            }
            units[id] = parts
        }
    }
}
