#if hasFeature(Embedded)
    public import TraceEmbedded
#else
    public import Trace
#endif

/// Writes a trace piece by piece: ``header(modules:is32Bit:blockCount:)``, each block in turn, and with
/// hit counts ``countsHeader(count:)`` and each block's count, in the blocks' order; with edges
/// ``edgesHeader(count:isPartial:)`` and each edge in turn.
///
/// It is on the caller that ids are dense from 0, that no block comes twice, that blocks count from
/// where the form's version says, and, for a table of version 2, that a module has one row.
public struct DRCovWriter: Sendable {
    /// What is written.
    public let form: DRCovForm

    /// Makes a writer; the form that is meant where none is named is what every known reader takes.
    public init(form: DRCovForm = DRCovForm()) {
        self.form = form
    }

    /// All that stands before the first block.
    ///
    /// Bytes of a path that are not UTF-8, or that would end the row, are written as `?`: readers
    /// fail on them. A path without a single byte is written as `?` too.
    public func header(modules: [Module], is32Bit: Bool, blockCount: Int) -> [UInt8] {
        var text = TextBuffer()
        text.append("DRCOV VERSION: ")
        text.append(decimal: form.version.rawValue)
        text.append("\nDRCOV FLAVOR: ")
        text.append(form.flavor(is32Bit: is32Bit))
        text.append("\nModule Table: version ")
        text.append(decimal: form.table.rawValue)
        text.append(", count ")
        text.append(decimal: modules.count)
        text.append("\nColumns: ")
        text.append(form.table.columns)
        if form.hasWindowsColumns { text.append(", checksum, timestamp") }
        text.append(", path")
        text.append("\n")
        for module in modules { append(module, to: &text) }
        text.append("BB Table: ")
        text.append(decimal: blockCount)
        text.append(" bbs\n")
        if form.blocks == .text { text.append("module id, start, size:\n") }
        return text.bytes
    }

    private func append(_ module: Module, to text: inout TextBuffer) {
        func address(_ value: UInt64) {
            text.append(", 0x")
            text.append(hex: value, width: 16)
        }
        text.append(decimal: module.id, width: 3)
        if form.table != .two {
            text.append(", ")
            text.append(decimal: module.containingID, width: 3)
        }
        address(module.start)
        address(module.end)
        address(module.entry)
        if form.table == .four || form.table == .five {
            // DynamoRIO writes this one number without 0x.
            text.append(", ")
            text.append(hex: module.offset, width: 16)
        }
        if form.table == .five { address(module.preferredBase) }
        if form.hasWindowsColumns { text.append(", 0x00000000, 0x00000000") }
        text.append(", ")
        text.append(path: module.path)
        text.append("\n")
    }

    /// Appends many blocks to `bytes` at once: those that `block` gives for the numbers.
    public func append(
        _ numbers: Range<Int>, to bytes: inout [UInt8], block: (Int) -> Block
    ) {
        guard form.blocks == .binary else {
            for number in numbers { append(block(number), to: &bytes) }
            return
        }
        var next = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: numbers.count * Block.packedSize))
        var all = bytes.mutableSpan
        var room = unsafe all.mutableBytes
        for number in numbers {
            room.storeBytes(
                of: block(number).packed.littleEndian, toByteOffset: next, as: UInt64.self)
            next += Block.packedSize
        }
    }

    /// Appends one block to `bytes`.
    public func append(_ block: Block, to bytes: inout [UInt8]) {
        switch form.blocks {
        case .binary:
            DRCovWriter.append(block.packed, to: &bytes)
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

    /// What stands between the last block and the first hit count. `count` is the blocks' number.
    public func countsHeader(count: Int) -> [UInt8] {
        var text = TextBuffer()
        text.append("Hit Count Table: version 1, count ")
        text.append(decimal: count)
        text.append("\n")
        return text.bytes
    }

    /// Appends one block's hit count to `bytes`: 32 bits, in which a count that is larger is written
    /// as the largest number. The table is binary whatever form the blocks have.
    public func append(hitCount: UInt64, to bytes: inout [UInt8]) {
        DRCovWriter.append(UInt32(clamping: hitCount), to: &bytes)
    }

    /// What stands before the first edge.
    ///
    /// - Parameters:
    ///   - count: how many there are.
    ///   - isPartial: whether there may be more (`Recording.hasPartialEdges`).
    public func edgesHeader(count: Int, isPartial: Bool) -> [UInt8] {
        var text = TextBuffer()
        text.append("Edge Table: version 1, count ")
        text.append(decimal: count)
        if isPartial { text.append(", partial") }
        text.append("\n")
        return text.bytes
    }

    /// Appends one edge (`JumpEdge.entry`) to `bytes`. The table is binary whatever form the blocks have.
    public func append(edge: Block, to bytes: inout [UInt8]) {
        DRCovWriter.append(edge.packed, to: &bytes)
    }

    private static func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
        unsafe withUnsafeBytes(of: value.littleEndian) { unsafe bytes.append(contentsOf: $0) }
    }
}
