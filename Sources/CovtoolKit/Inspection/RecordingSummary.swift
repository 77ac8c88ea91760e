import Coverage
import Trace

/// What a recording holds, in numbers.
struct RecordingSummary {
    /// A row of the module table and the blocks that name it.
    struct Row {
        var module: Module
        var blocks = 0
        var bytes = 0
    }

    let recording: Recording
    private let selection: ModuleSelection
    /// The ids of the rows that are not wanted.
    private let unwanted: Set<Int>
    /// The blocks that are looked at: those of rows that are not wanted are not.
    private(set) var blockCount = 0
    /// Those that are wanted, in the file's order.
    private(set) var rows: [Row]
    /// Those that are in no module, and those whose module is not there.
    private(set) var (loose, unknown) = (0, 0)
    /// Different ones; the same block of two rows counts for each.
    private(set) var different = 0
    /// The sum of the hit counts; a block without one counts once.
    private(set) var hits: UInt64 = 0
    /// The first of those whose module is not there.
    private(set) var firstUnknown: (number: Int, id: UInt16)?
    /// The different edges that are looked at, and the jumps that they are of; nil where the file says nothing of
    /// edges.
    private(set) var edges: (count: Int, jumps: Int)?
    /// What is wrong with edges: their module is not there.
    private var edgeDiagnosis: Diagnosis?

    /// - Parameters:
    ///   - bytes: the file that the recording was read from.
    ///   - selection: which rows, and blocks, are looked at.
    init(
        _ recording: Recording, in bytes: Span<UInt8>,
        _ selection: ModuleSelection = ModuleSelection()
    ) {
        self.recording = recording
        self.selection = selection
        let taken = recording.modules.filter {
            selection.wants(String(decoding: $0.path, as: UTF8.self))
        }
        let unwanted = Set(recording.modules.map(\.id)).subtracting(taken.map(\.id))
        self.unwanted = unwanted
        var rows = taken.map { Row(module: $0) }
        let indices = Dictionary(
            rows.enumerated().map { ($1.module.id, $0) }, uniquingKeysWith: { first, _ in first })
        var keys: [UInt64] = []
        keys.reserveCapacity(recording.blocks.count)
        var (loose, unknown, hits) = (0, 0, UInt64(0))
        var firstUnknown: (Int, UInt16)?
        var number = 0
        let hasOutside = selection.hasOutside
        recording.forEachBlock(in: bytes) { block, count in
            defer { number += 1 }
            if block.module == Block.noModule {
                guard hasOutside else { return }
                loose += 1
            } else if unwanted.contains(Int(block.module)) {
                return
            } else if let index = indices[Int(block.module)] {
                rows[index].blocks += 1
                rows[index].bytes += Int(block.size)
            } else {
                unknown += 1
                firstUnknown = firstUnknown ?? (number, block.module)
            }
            keys.append(block.sortKey)
            hits += UInt64(count ?? 1)
        }
        blockCount = keys.count
        keys.sort()
        var different = 0
        for index in keys.indices where index == 0 || keys[index] != keys[index - 1] {
            different += 1
        }
        (self.rows, self.different, self.hits) = (rows, different, hits)
        (self.loose, self.unknown, self.firstUnknown) = (loose, unknown, firstUnknown)
        if recording.edges != nil { addEdges(in: bytes, Set(indices.keys)) }
    }

    private mutating func addEdges(in bytes: Span<UInt8>, _ ids: Set<Int>) {
        var edges: Set<UInt64> = []
        var jumps: Set<UInt64> = []
        var (number, unknown) = (0, 0)
        var first: (number: Int, id: UInt16)?
        recording.forEachEdge(in: bytes) { entry in
            defer { number += 1 }
            guard wants(entry) else { return }
            if entry.module != Block.noModule, !ids.contains(Int(entry.module)) {
                unknown += 1
                first = first ?? (number, entry.module)
            }
            var jump = JumpEdge(entry: entry)
            jump.way = .fallThrough
            edges.insert(entry.packed)
            jumps.insert(jump.entry.packed)
        }
        self.edges = (edges.count, jumps.count)
        edgeDiagnosis = first.map { first in
            Diagnosis(
                UnknownModules(unknown, id: first.id, isOfEdges: true),
                at: recording.position(ofEdge: first.number, in: bytes))
        }
    }

    /// Whether a block is one that is looked at.
    func wants(_ block: Block) -> Bool {
        block.module == Block.noModule
            ? selection.hasOutside : !unwanted.contains(Int(block.module))
    }

    var byteCount: Int { rows.reduce(0) { $0 + $1.bytes } }

    /// What is wrong that the reader does not look for.
    func diagnoses(in bytes: Span<UInt8>) -> [Diagnosis] {
        let blocks = firstUnknown.map { first in
            Diagnosis(
                UnknownModules(unknown, id: first.id),
                at: recording.position(ofBlock: first.number, in: bytes))
        }
        return [blocks, edgeDiagnosis].compactMap(\.self)
    }
}
