public import Trace

/// What of a drcov file is damaged, and what was done about it.
public enum DRCovDamage: Damage {
    /// No line `Columns: …`: the table is read by the columns that its version has on Unix.
    case noColumns
    /// Rows with too few fields, a field that is no number, an id that no block can name, or an end
    /// before their start, the first of them at the place: left out.
    case badRows(Int)
    /// Rows with ids of earlier rows, the first of them with `first` at the place: left out.
    case repeatedIDs(Int, first: Int)
    /// A containing id that no row has: the row stands for itself.
    case unknownContainingID(Int)
    /// Another number of rows than announced: those that are there are taken.
    case moduleCount(announced: Int, found: Int)
    /// No line `BB Table: …` where it belongs: there are no blocks.
    case noBlockTable
    /// A number of blocks that is no number: as many are taken as are there.
    case badBlockCount
    /// Fewer blocks than announced: those that are there are taken.
    case blocksCutShort(announced: Int, found: Int)
    /// Lines of a text table that are no blocks, the first of them at the place: left out.
    case badBlocks(Int)
    /// Bytes that are neither a block nor a table: left out.
    case strayBytes(Int)
    /// A flavor that says that there are hit counts, and none are there: each block counts once.
    case noHitTable
    /// A hit count table that is not of version 1: left out.
    case unknownHitTable
    /// Another number of hit counts than of blocks; a block without one counts once.
    case hitCounts(blocks: Int, found: Int)
    /// An edge table that is not of version 1: left out.
    case unknownEdgeTable
    /// Fewer edges than announced: those that are there are taken.
    case edgesCutShort(announced: Int, found: Int)
    /// A further dump that cannot be read: left out.
    case dumpLeftOut(DRCovFault)

    /// What is damaged, as a part of a sentence.
    public var text: String {
        switch self {
        case .noColumns: "no 'Columns:' line"
        case .badRows(1): "not a row of the module table"
        case .badRows(let count):
            "the first of \(count) lines that are not rows of the module table"
        case .repeatedIDs(1, let id): "a second row with id \(id)"
        case .repeatedIDs(let count, let id):
            "\(count) rows with ids of earlier ones, the first with \(id)"
        case .unknownContainingID(let id): "a row is contained in row \(id), which does not exist"
        case .moduleCount(let announced, let found):
            "the module table announces \(announced) rows and has \(found)"
        case .noBlockTable: "no 'BB Table: N bbs'"
        case .badBlockCount: "the number of blocks is not a number"
        case .blocksCutShort(let announced, let found):
            "the block table ends after \(found) of \(announced) blocks"
        case .badBlocks(1): "not a block ('module[ID]: 0xSTART, SIZE')"
        case .badBlocks(let count): "the first of \(count) lines that are not blocks"
        case .strayBytes(let count): "\(count) bytes that are not drcov"
        case .noHitTable: "the flavor announces hit counts, and there are none"
        case .unknownHitTable: "not a hit count table of version 1"
        case .hitCounts(let blocks, let found): "\(found) hit counts for \(blocks) blocks"
        case .unknownEdgeTable: "not an edge table of version 1"
        case .edgesCutShort(let announced, let found):
            "the edge table ends after \(found) of \(announced) edges"
        case .dumpLeftOut(let cause): "a further dump cannot be read: \(cause.text)"
        }
    }

    /// What was done about it.
    public var treatment: String {
        switch self {
        case .noColumns: "the version's own columns are used"
        case .badRows, .repeatedIDs, .badBlocks, .strayBytes, .unknownHitTable, .unknownEdgeTable,
            .dumpLeftOut:
            "left out"
        case .unknownContainingID: "treated as a module of its own"
        case .moduleCount, .badBlockCount, .blocksCutShort, .edgesCutShort: "what is there is used"
        case .noBlockTable: "treated as a run without blocks"
        case .noHitTable, .hitCounts: "a block without a count counts once"
        }
    }
}

extension Diagnosis {
    /// Makes a diagnosis of a drcov file.
    public init(_ damage: DRCovDamage, at position: FilePosition) {
        let problem: any Damage = damage
        self.init(problem, at: position)
    }
}
