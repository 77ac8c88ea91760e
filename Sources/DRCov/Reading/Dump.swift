public import Trace

/// One complete drcov dump: a recording, and how the file writes it. A file may hold several.
public struct Dump: Sendable {
    /// What the dump says of the run.
    public var recording: Recording
    /// The number in the dump's first line.
    public var version: Version
    /// The text of the flavour line, such as `drcov-64`.
    public var flavor: [UInt8]
    /// The version of the module table, 1 to 5.
    public var tableVersion: Int
    /// What the `Columns:` line names; empty where there is none.
    public var columns: [UInt8]
    /// How the block table is written.
    public var blockForm: Form.Blocks
    /// The bytes of the block table.
    public var blockExtent: Range<Int>
    /// In what the file differs from what DynamoRIO writes.
    public var oddities: Oddities
    /// The bytes of the file from the dump's first to its last.
    public var extent: Range<Int>
}

extension Form {
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
    }
}
