public import Trace

/// Blocks, or edges, that name a row that the table has not. No reader looks for them; those who take the
/// blocks find them.
public struct UnknownModules: Damage {
    /// How many.
    public var count: Int
    /// Whether they are edges.
    public var isOfEdges: Bool
    /// The row that the first of them names, which stands at the place.
    public var id: UInt16

    /// Makes the problem of its parts.
    public init(_ count: Int, id: UInt16, isOfEdges: Bool = false) {
        (self.count, self.id, self.isOfEdges) = (count, id, isOfEdges)
    }

    /// What is wrong, as a part of a sentence.
    public var text: String {
        """
        \(count) \(isOfEdges ? "edges" : "blocks") name a module that is not in the table, the first one \(id)
        """
    }

    /// What was done about it.
    public var treatment: String { "left out" }
}

/// A module as one recording has it.
struct RecordedModule {
    var path: String
    /// Bytes from the base to the end.
    var size: UInt64
    var base: UInt64
    /// Bytes from the base to the entry point; nil where that is not known.
    var entry: UInt64?
    var rank: Int
    /// The rows, counted from the base, where there are several.
    var segments: [Range<UInt64>] = []
}

/// The module table of one recording, with the rows of one module put together.
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

    private(set) var modules: [RecordedModule] = []
    private var rules: [Rule?] = []

    init(_ recording: Recording) {
        let tops = ModuleRows.tops(recording.modules)
        var ends: [Int: UInt64] = [:]
        for (row, top) in zip(recording.modules, tops) {
            ends[top.id] = max(ends[top.id] ?? top.end, row.end)
        }
        let highest = recording.modules.reduce(-1) { max($0, $1.id) }
        rules = [Rule?](repeating: nil, count: highest + 1)
        var indexByID: [Int: Int] = [:]
        for (row, top) in zip(recording.modules, tops) {
            if row.isAbsolute {
                rules[row.id] = .outside
                continue
            }
            let index = indexByID[top.id] ?? modules.count
            if index == modules.count {
                indexByID[top.id] = index
                modules.append(ModuleRows.module(top, end: ends[top.id] ?? top.end))
                modules[index].segments = [0..<(max(top.start, top.end) - top.start)]
            } else if row.start >= top.start, row.end >= row.start {
                // A row that goes on where the one before ended is of the same segment.
                let start =
                    row.containingID == row.id && row.id != top.id
                    ? modules[index].segments.removeLast().lowerBound : row.start - top.start
                modules[index].segments.append(start..<row.end - top.start)
            }
            if recording.starts == .zero {
                rules[row.id] = .absolute(module: index, row.start..<max(row.start, row.end))
            } else {
                let base = ModuleRows.base(recording, row, top)
                rules[row.id] = .counts(module: index, shift: base &- top.start)
            }
        }
        for index in modules.indices where modules[index].segments.count == 1 {
            modules[index].segments = []
        }
    }

    /// One more than the highest id of a row.
    var idCount: Int { rules.count }

    /// Where all blocks of a row belong, if their starts are offsets in their module: the offset is
    /// then 0. Nil where each block's offset has to be worked out.
    func plainTarget(ofRow id: Int) -> Target? {
        switch rules[id] {
        case nil: .unknown
        case .outside: .outside
        case .counts(let module, shift: 0): .module(module, offset: 0)
        case .counts, .absolute: nil
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
            let size = place.upperBound - place.lowerBound
            return offset < size ? .module(module, offset: offset) : .outside
        }
    }

    /// What there is to say of a recording with blocks that are in no module that it has; nil of another.
    func unknown(of recording: Recording, in bytes: Span<UInt8>) -> Diagnosis? {
        var (index, count) = (0, 0)
        var first: (index: Int, id: UInt16) = (0, 0)
        recording.forEachBlock(in: bytes) { block, _ in
            if !isKnown(block) {
                if count == 0 { first = (index, block.module) }
                count += 1
            }
            index += 1
        }
        guard count > 0 else { return nil }
        return Diagnosis(
            UnknownModules(count, id: first.id),
            at: recording.position(ofBlock: first.index, in: bytes))
    }

    /// The same of a recording with edges in no module that it has.
    func unknownEdges(of recording: Recording, in bytes: Span<UInt8>) -> Diagnosis? {
        var (index, count) = (0, 0)
        var first: (index: Int, id: UInt16) = (0, 0)
        recording.forEachEdge(in: bytes) { edge in
            if !isKnown(edge) {
                if count == 0 { first = (index, edge.module) }
                count += 1
            }
            index += 1
        }
        guard count > 0 else { return nil }
        return Diagnosis(
            UnknownModules(count, id: first.id, isOfEdges: true),
            at: recording.position(ofEdge: first.index, in: bytes))
    }

    /// Whether the block is in a module that the recording has, or in none.
    private func isKnown(_ block: Block) -> Bool {
        switch target(of: block) {
        case .module(_, let offset): offset >> 48 == 0
        case .outside: true
        case .unknown: false
        }
    }

    /// The address that the starts of a row's blocks count from.
    private static func base(_ recording: Recording, _ row: Module, _ top: Module) -> UInt64 {
        // A row that goes on where the one before ended is no segment: its blocks count from it.
        recording.starts == .module && row.containingID == top.id ? top.start : row.start
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

    private static func module(_ top: Module, end: UInt64) -> RecordedModule {
        let entry = top.start..<max(top.start, end) ~= top.entry ? top.entry - top.start : nil
        return RecordedModule(
            path: String(decoding: top.path, as: UTF8.self), size: end - top.start,
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
