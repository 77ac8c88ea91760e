public import Trace

/// One complete drcov dump: a recording, and how the file writes it. A file may hold several.
public struct Dump: Sendable {
    /// What the dump says of the run.
    public var recording: Recording
    /// The number in the dump's first line.
    public var version: DRCovVersion
    /// The text of the flavour line, such as `drcov-64`.
    public var flavor: [UInt8]
    /// The version of the module table, 1 to 5.
    public var tableVersion: Int
    /// What the `Columns:` line names; empty where there is none.
    public var columns: [UInt8]
    /// How the block table is written.
    public var blockForm: DRCovForm.Blocks
    /// The bytes of the block table.
    public var blockExtent: Range<Int>
    /// In what the file differs from what DynamoRIO writes.
    public var dialect: Dialect
    /// The bytes of the file from the dump's first to its last.
    public var extent: Range<Int>
}

extension DRCovForm {
    /// What a flavour says of the guest's width; nil where it says nothing.
    static func is32Bit(_ flavor: [UInt8]) -> Bool? {
        if flavor.elementsEqual("drcov-32".utf8) { return true }
        return flavor.elementsEqual("drcov-64".utf8) ? false : nil
    }

    /// The form in which a recording of another format would be written: what every reader takes, unless
    /// its rows or its counts ask for more.
    public init(of recording: Recording) {
        self.init(
            version: recording.starts == .row ? .three : .two, hasCounts: recording.counts != nil)
        hasEdges = recording.edges != nil
    }
}

extension Dump {
    /// Whether blocks' starts are addresses cut to 32 bits, as QEMU's own drcov plugin writes them.
    ///
    /// Such a file has one row, of format version 2 and table version 2. The code at the row's entry
    /// point ran, so there is a block at the entry's lower 32 bits; in a file whose starts count from
    /// the row's base there is one at the entry's offset instead.
    func hasAbsoluteStarts(_ bytes: Span<UInt8>) -> Bool {
        guard version == .two, tableVersion == 2, recording.modules.count == 1,
            let row = recording.modules.first, row.id == 0
        else { return false }
        return row.makesStartsAbsolute { body in
            recording.forEachBlock(in: bytes) { block, _ in body(block) }
        }
    }
}
