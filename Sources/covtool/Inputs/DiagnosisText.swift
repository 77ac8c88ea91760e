import DRCov

extension Diagnosis {
    /// What is damaged and what was done, as a sentence without its place.
    var text: String { "\(problem.text): \(problem.treatment)" }

    /// What is damaged, with its place.
    var wording: String { "\(place.text): \(problem.text)" }
}

extension Diagnosis.Problem {
    /// What is damaged.
    var text: String {
        switch self {
        case .noColumns: "no 'Columns:' line"
        case .badRows(1): "not a row of the module table"
        case .badRows(let count): "the first of \(count) lines that are no rows of the module table"
        case .repeatedIDs(1, let id): "a second row with id \(id)"
        case .repeatedIDs(let count, let id):
            "\(count) rows with ids of earlier ones, the first with \(id)"
        case .unknownContainingID(let id): "a row is contained in row \(id), which is not there"
        case .moduleCount(let announced, let found):
            "the module table announces \(announced) rows and has \(found)"
        case .noBlockTable: "no 'BB Table: N bbs'"
        case .badBlockCount: "the number of blocks is no number"
        case .blocksCutShort(let announced, let found):
            "the block table ends after \(found) of \(announced) blocks"
        case .badBlocks(1): "not a block ('module[ID]: 0xSTART, SIZE')"
        case .badBlocks(let count): "the first of \(count) lines that are no blocks"
        case .strayBytes(let count): "\(count) bytes that are not drcov"
        case .noHitTable: "no hit counts, which the flavor announces"
        case .unknownHitTable: "not a hit count table of version 1"
        case .hitCounts(let blocks, let found): "\(found) hit counts for \(blocks) blocks"
        case .dumpLeftOut(let cause): "a further dump cannot be read: \(cause.text)"
        case .badStream: "the compressed stream is damaged or ends early"
        case .unknownModules(let blocks, let id):
            "\(blocks) blocks name a module that the table has not, the first \(id)"
        }
    }

    /// What was done about it.
    var treatment: String {
        switch self {
        case .noColumns: "the version's own columns are taken"
        case .badRows, .repeatedIDs, .badBlocks, .strayBytes, .unknownHitTable, .dumpLeftOut,
            .unknownModules:
            "left out"
        case .unknownContainingID: "taken for a module of its own"
        case .moduleCount,
            .badBlockCount, .blocksCutShort, .badStream:
            "what is there is taken"
        case .noBlockTable: "taken for a run without blocks"
        case .noHitTable, .hitCounts: "a block without a count counts once"
        }
    }
}
