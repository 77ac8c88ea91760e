public import Trace

/// Says of further recordings of the same runs which of a collector's blocks they have, by number.
public struct RunIndex: Sendable {
    private var registry: ModuleRegistry
    private let keys: BlockKeySet
    private let fileCount: UInt64

    /// Numbers the blocks of a collector that counts files.
    public init(_ collector: Collector) {
        registry = collector.registry
        keys = collector.keys
        fileCount = UInt64(collector.fileCount)
    }

    /// All numbers are below it; not every number below it is a block's.
    public var bound: Int { keys.slots.count }

    /// The number of blocks that all files have.
    public var commonCount: Int {
        var count = 0
        keys.forEach { _, files in count += files == fileCount ? 1 : 0 }
        return count
    }

    /// Adds to `numbers` those of the recording's blocks that not all files have. A block that the recording
    /// has several times is there as often.
    ///
    /// - Throws: ``MergeError/changed(source:)`` where the collector has not got a block.
    public mutating func append(
        blocksOf recording: Recording, from bytes: Span<UInt8>, source: Int,
        to numbers: inout [UInt32]
    ) throws(MergeError) {
        let placing = try BlockPlacing(recording, source: source, in: &registry)
        try recording.forEachBlock(in: bytes) { (block, _) throws(MergeError) in
            let key = try placing.key(of: block, in: &registry)
            guard BlockKey.space(key) > BlockKey.unwanted else { return }
            guard let slot = keys.slot(of: key), let number = UInt32(exactly: slot) else {
                throw .changed(source: source)
            }
            if keys.counts[slot] != fileCount { numbers.append(number) }
        }
    }
}
