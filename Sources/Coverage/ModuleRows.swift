import DRCov

/// The module table of one dump, with the rows of one module's segments put together.
struct ModuleRows {
    /// Where the blocks of a row belong.
    struct Target {
        /// An index into ``modules``.
        var module: Int
        /// What to add to a block's `start` to get its offset from the module's base.
        var shift: UInt64
    }

    private(set) var modules: [ModuleCoverage] = []
    private var targets: [Target?] = []

    init(_ dump: Dump) {
        let rowByID = Dictionary(
            dump.modules.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        var indexByID: [Int: Int] = [:]
        var ends: [Int: UInt64] = [:]
        for row in dump.modules {
            let top = rowByID[row.containingID] ?? row
            ends[top.id] = max(ends[top.id] ?? 0, row.end)
        }
        for row in dump.modules {
            let top = rowByID[row.containingID] ?? row
            let index = indexByID[top.id] ?? modules.count
            if index == modules.count {
                indexByID[top.id] = index
                modules.append(ModuleRows.module(top, end: ends[top.id] ?? top.end))
            }
            let shift = dump.version == .two ? 0 : row.start &- top.start
            if row.id >= targets.count {
                targets += [Target?](repeating: nil, count: row.id + 1 - targets.count)
            }
            targets[row.id] = targets[row.id] ?? Target(module: index, shift: shift)
        }
    }

    func target(of id: UInt16) -> Target? {
        Int(id) < targets.count ? targets[Int(id)] : nil
    }

    private static func module(_ top: Module, end: UInt64) -> ModuleCoverage {
        let entry = top.start..<max(top.start, end) ~= top.entry ? top.entry - top.start : nil
        return ModuleCoverage(
            path: String(decoding: top.path, as: UTF8.self), size: end &- top.start,
            base: top.start, entry: entry, rank: top.id)
    }
}
