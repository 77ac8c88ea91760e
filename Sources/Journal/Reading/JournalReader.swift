public import Trace

extension TraceFormat {
    /// What libcov.so keeps while it records.
    public static let journal = TraceFormat("journal")
}

/// Reads what a process that could not write its trace left behind.
public enum JournalReader: TraceReader {
    /// A journal.
    public static var format: TraceFormat { .journal }

    /// Whether the bytes are a journal's.
    public static func recognises(_ bytes: Span<UInt8>) -> Bool { modulesOffset(bytes) != nil }

    /// Where the modules begin; nil where the bytes are no journal's. Journals of the older version have
    /// no messages.
    private static func modulesOffset(_ bytes: Span<UInt8>) -> Int? {
        if begins(bytes, with: Layout.magic) { return Layout.Head.modules }
        return begins(bytes, with: Layout.olderMagic) ? Layout.Head.messages : nil
    }

    private static func begins(_ bytes: Span<UInt8>, with magic: StaticString) -> Bool {
        guard bytes.count >= magic.utf8CodeUnitCount else { return false }
        return magic.withUTF8Buffer { magic in
            for index in 0..<magic.count where unsafe magic[index] != bytes[index] { return false }
            return true
        }
    }

    /// The process that keeps the journal, or kept it; nil where the bytes are no journal's head.
    public static func process(_ bytes: Span<UInt8>) -> UInt32? {
        guard recognises(bytes), bytes.count >= Layout.Head.messages else { return nil }
        return Words.word32(bytes, at: Layout.Head.process)
    }

    /// What the process had to say when nobody could hear it, a line each.
    public static func messages(_ bytes: Span<UInt8>) -> [[UInt8]] {
        guard begins(bytes, with: Layout.magic), bytes.count >= Layout.Head.messages else {
            return []
        }
        let size = Words.word64(bytes, at: Layout.Head.messagesSize)
        let room = min(bytes.count, Layout.Head.modules) - Layout.Head.messages
        var lines: [[UInt8]] = []
        var line: [UInt8] = []
        for index in 0..<Int(min(size, UInt64(room))) {
            let byte = bytes[Layout.Head.messages + index]
            if byte == UInt8(ascii: "\n") {
                lines.append(line)
                line = []
            } else {
                line.append(byte)
            }
        }
        return line.isEmpty ? lines : lines + [line]
    }

    /// Whether it is there for its messages alone, its process having written the trace, or having lost it.
    public static func holdsMessagesAlone(_ bytes: Span<UInt8>) -> Bool {
        !messages(bytes).isEmpty
            && Words.word64(bytes, at: Layout.Head.moduleCount) == 0
            && Words.word64(bytes, at: Layout.Head.blockCount) == 0
    }

    /// Bytes from the file's beginning that the process used; what is behind them is zeros.
    public static func usedSize(_ bytes: Span<UInt8>) -> Int? {
        guard recognises(bytes), bytes.count >= Layout.headSize else { return nil }
        let count = Words.word64(bytes, at: Layout.Head.blockCount)
        guard count <= UInt64((bytes.count - Layout.headSize) / Layout.blockSize) else {
            return nil
        }
        return Layout.end(ofBlocks: Int(count))
    }

    /// The journal as the recording that the process would have written, with hit counts where the
    /// journal holds them.
    ///
    /// The process may have ended, or may still be working, at any moment: a number in the head is
    /// raised only when what it counts is there, so what is counted is sound.
    ///
    /// - Throws: `ReadError` with a ``JournalFault``.
    public static func recording(_ bytes: Span<UInt8>) throws(ReadError) -> Recording {
        guard let modulesOffset = modulesOffset(bytes) else {
            throw ReadError(.notAJournal, at: 0)
        }
        guard bytes.count >= Layout.headSize || holdsMessagesAlone(bytes) else {
            throw ReadError(.cutShort, at: bytes.count)
        }
        // Before the modules: a block's module is counted before the block is.
        let count = Words.word64(bytes, at: Layout.Head.blockCount)
        let modules = try modules(bytes, from: modulesOffset)
        let blocks = try blocks(bytes, count: count, moduleCount: modules.count)
        let is32Bit = Words.word32(bytes, at: Layout.Head.is32Bit) != 0
        let holdsCounts = Words.word32(bytes, at: Layout.Head.holdsCounts) != 0
        let holdsEdges = Words.word32(bytes, at: Layout.Head.holdsEdges) != 0
        let edges = ExecutedEdges(count: holdsEdges ? Int(count) : 0) { record(bytes, $0) }
        return Recording(
            format: .journal, is32Bit: is32Bit, modules: modules,
            blocks: .list((0..<blocks.count).map { blocks[$0] }),
            counts: holdsCounts
                ? .list((0..<blocks.count).map { UInt32(clamping: blocks.executions(of: $0)) })
                : nil,
            edges: holdsEdges ? .list((0..<edges.count).map { edges[$0] }) : nil)
    }

    /// The journal's one recording.
    ///
    /// - Parameter diagnose: Never called: a journal is sound, or cannot be read.
    /// - Throws: `ReadError` with a ``JournalFault``.
    public static func read(_ bytes: Span<UInt8>, diagnose: (Diagnosis) -> Void)
        throws(ReadError) -> [Recording]
    {
        [try recording(bytes)]
    }

    private static func blocks(
        _ bytes: Span<UInt8>, count: UInt64, moduleCount: Int
    ) throws(ReadError) -> ExecutedBlocks {
        guard count <= UInt64(max(0, bytes.count - Layout.headSize) / Layout.blockSize) else {
            throw ReadError(.cutShort, at: bytes.count)
        }
        for index in 0..<Int(count) {
            let module = record(bytes, index).module
            guard module == Block.noModule || Int(module) < moduleCount else {
                throw ReadError(.unknownModule, at: Layout.end(ofBlocks: index))
            }
        }
        return ExecutedBlocks(
            count: Int(count), record: { record(bytes, $0) }, counter: { counter(bytes, $0) })
    }

    private static func modules(
        _ bytes: Span<UInt8>, from offset: Int
    ) throws(ReadError) -> [Module] {
        var modules: [Module] = []
        var buildIDs: [[UInt8]] = []
        var next = offset
        let head = bytes.extracting(first: min(bytes.count, Layout.headSize))
        for id in 0..<Words.word64(bytes, at: Layout.Head.moduleCount) {
            guard let found = JournalModule.read(head, at: next, id: Int(clamping: id)) else {
                throw ReadError(.cutShort, at: next)
            }
            guard found.module.start <= found.module.end else {
                throw ReadError(.badModule, at: next)
            }
            modules.append(found.module)
            buildIDs.append(found.buildID)
            next = found.end
        }
        nameReplaced(&modules, buildIDs)
        return modules
    }

    /// Of modules at one path the last is the file that was there last.
    private static func nameReplaced(_ modules: inout [Module], _ buildIDs: [[UInt8]]) {
        var paths: Set<[UInt8]> = []
        var older: [Int] = []
        for index in modules.indices.reversed()
        where !modules[index].path.isEmpty && !paths.insert(modules[index].path).inserted {
            older.append(index)
        }
        var unnamed = 0
        for index in older.reversed() {
            if buildIDs[index].isEmpty { unnamed += 1 }
            modules[index].path = ReplacedModule.path(
                modules[index].path, buildID: buildIDs[index], number: unnamed)
        }
    }

    private static func record(_ bytes: Span<UInt8>, _ index: Int) -> BlockRecord {
        let block = Layout.end(ofBlocks: index)
        return BlockRecord(
            address: Words.word64(bytes, at: block + Layout.Block.address),
            start: Words.word32(bytes, at: block + Layout.Block.start),
            size: Words.word16(bytes, at: block + Layout.Block.size),
            module: Words.word16(bytes, at: block + Layout.Block.module),
            pageEnd: PageEnd(state: bytes[block + Layout.Block.pageEnd]),
            unreached: Words.word16(bytes, at: block + Layout.Block.unreached))
    }

    private static func counter(_ bytes: Span<UInt8>, _ index: Int) -> UInt64 {
        Words.word64(bytes, at: Layout.end(ofBlocks: index) + Layout.Block.counter)
    }
}
