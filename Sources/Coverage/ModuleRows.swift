import DRCov

/// The module table of one dump, with the rows of one module put together.
struct ModuleRows {
    /// Where a block belongs.
    enum Target: Equatable {
        /// To a module, by an index into ``modules`` and the bytes from the module's base.
        case module(Int, offset: UInt64)
        /// To none.
        case outside
        /// To one that the table has not.
        case unknown
    }

    /// What a row makes of its blocks.
    private enum Rule {
        /// The module's index, and what to add to a block's `start` to get the offset from its base.
        case counts(module: Int, shift: UInt64)
        /// The module's index and place: starts are addresses cut to 32 bits.
        case absolute(module: Int, Range<UInt64>)
        case outside
    }

    private(set) var modules: [ModuleCoverage] = []
    private var rules: [Rule?] = []

    init(_ dump: Dump) {
        let tops = ModuleRows.tops(dump.modules)
        var ends: [Int: UInt64] = [:]
        for (row, top) in zip(dump.modules, tops) {
            ends[top.id] = max(ends[top.id] ?? 0, row.end)
        }
        let highest = dump.modules.reduce(-1) { max($0, $1.id) }
        rules = [Rule?](repeating: nil, count: highest + 1)
        var indexByID: [Int: Int] = [:]
        for (row, top) in zip(dump.modules, tops) {
            if row.isAbsolute {
                rules[row.id] = .outside
                continue
            }
            let index = indexByID[top.id] ?? modules.count
            if index == modules.count {
                indexByID[top.id] = index
                modules.append(ModuleRows.module(top, end: ends[top.id] ?? top.end))
            }
            if dump.oddities.contains(.absoluteStarts) {
                rules[row.id] = .absolute(module: index, row.start..<max(row.start, row.end))
            } else {
                let base = ModuleRows.base(dump, row, top)
                rules[row.id] = .counts(module: index, shift: base &- top.start)
            }
        }
    }

    func target(of block: Block) -> Target {
        if block.module == Block.noModule { return .outside }
        guard Int(block.module) < rules.count, let rule = rules[Int(block.module)] else {
            return .unknown
        }
        switch rule {
        case .outside: return .outside
        case .counts(let module, let shift):
            return .module(module, offset: shift &+ UInt64(block.start))
        case .absolute(let module, let place):
            // The upper half of the address is the base's, or the next one where the module lies
            // across a border of 4 GiB.
            let offset = UInt64(block.start &- UInt32(truncatingIfNeeded: place.lowerBound))
            return offset < UInt64(place.count) ? .module(module, offset: offset) : .outside
        }
    }

    /// The address that the starts of a row's blocks count from.
    private static func base(_ dump: Dump, _ row: Module, _ top: Module) -> UInt64 {
        // A row that goes on where the one before ended is no segment: its blocks count from it.
        dump.version == .two && row.containingID == top.id ? top.start : row.start
    }

    /// For each row the first row of its module: the containing one, or the one that it goes on.
    private static func tops(_ rows: [Module]) -> [Module] {
        let rowByID = Dictionary(rows.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        var tops: [Module] = []
        for (index, row) in rows.enumerated() {
            if row.containingID != row.id {
                tops.append(rowByID[row.containingID] ?? row)
            } else if index > 0, row.continues(rows[index - 1]) {
                tops.append(tops[index - 1])
            } else {
                tops.append(row)
            }
        }
        return tops
    }

    private static func module(_ top: Module, end: UInt64) -> ModuleCoverage {
        let entry = top.start..<max(top.start, end) ~= top.entry ? top.entry - top.start : nil
        return ModuleCoverage(
            path: String(decoding: top.path, as: UTF8.self), size: end &- top.start,
            base: top.start, entry: entry, rank: top.id)
    }
}

extension Module {
    /// Whether this row and the one before are pieces of one module that is too large for a row: an
    /// entry's start has 32 bits. Pieces follow one another, and all but the last are large.
    fileprivate func continues(_ before: Module) -> Bool {
        start == before.end && path == before.path && before.containingID == before.id
            && before.end - before.start >= 1 << 30
    }
}
