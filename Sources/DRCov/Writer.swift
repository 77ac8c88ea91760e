/// Writes a trace in the form that every known reader accepts: version 2, module table 2 with the
/// Unix columns, nothing behind the blocks.
///
/// It is on the caller that ids are dense from 0, that rows are page-aligned, have one path each and
/// that no block comes twice.
public struct Writer: Sendable {
    /// How the block table is written.
    public enum BlockForm: Sendable {
        /// 8 bytes a block.
        case binary
        /// A line a block.
        case text
    }

    /// How the block table is written.
    public var blockForm: BlockForm

    /// Makes a writer; every reader takes binary blocks, few take text.
    public init(blockForm: BlockForm = .binary) {
        self.blockForm = blockForm
    }

    /// What the flavour line says: drcov2lcov takes these two alone.
    public static func flavor(is32Bit: Bool) -> StaticString {
        is32Bit ? "drcov-32" : "drcov-64"
    }

    /// All that stands before the first block.
    ///
    /// Bytes of a path that are not UTF-8, or that would end the row, are written as `?`: readers
    /// fail on them. A path without a single byte is written as `?` too.
    public func header(modules: [Module], is32Bit: Bool, blockCount: Int) -> [UInt8] {
        var text = TextBuffer()
        text.append("DRCOV VERSION: 2\nDRCOV FLAVOR: ")
        text.append(Writer.flavor(is32Bit: is32Bit))
        text.append("\nModule Table: version 2, count ")
        text.append(decimal: modules.count)
        text.append("\nColumns: id, base, end, entry, path\n")
        for module in modules {
            text.append(decimal: module.id, width: 3)
            for address in [module.start, module.end, module.entry] {
                text.append(", 0x")
                text.append(hex: address, width: 16)
            }
            text.append(", ")
            text.append(path: module.path)
            text.append("\n")
        }
        text.append("BB Table: ")
        text.append(decimal: blockCount)
        text.append(" bbs\n")
        if blockForm == .text { text.append("module id, start, size:\n") }
        return text.bytes
    }

    /// Appends one block to `bytes`.
    public func append(_ block: Block, to bytes: inout [UInt8]) {
        switch blockForm {
        case .binary:
            for shift in [0, 8, 16, 24] as [UInt32] {
                bytes.append(UInt8(truncatingIfNeeded: block.start >> shift))
            }
            for half in [block.size, block.module] {
                bytes.append(UInt8(truncatingIfNeeded: half))
                bytes.append(UInt8(truncatingIfNeeded: half >> 8))
            }
        case .text:
            var text = TextBuffer()
            text.append("module[")
            text.append(decimal: Int(block.module), width: 3)
            text.append("]: 0x")
            text.append(hex: UInt64(block.start), width: 16)
            text.append(", ")
            text.append(decimal: Int(block.size), width: 3)
            text.append("\n")
            bytes += text.bytes
        }
    }
}
