extension Recording {
    /// Calls `body` with each block in the file's order, and with its hit count where there is one.
    ///
    /// - Parameter bytes: the file that the recording was read from; of no meaning for one whose tables
    ///   are lists.
    /// - Throws: what `body` throws.
    @inlinable
    public func forEachBlock<E: Error>(
        in bytes: Span<UInt8>, _ body: (Block, UInt32?) throws(E) -> Void
    ) throws(E) {
        switch blocks {
        case .packed(let range):
            for index in 0..<range.count / Block.packedSize {
                let offset = range.lowerBound + index * Block.packedSize
                try body(Block(in: bytes, at: offset), hitCount(of: index, in: bytes))
            }
        case .stored(let blocks):
            var index = 0
            try blocks.forEach(in: bytes) { (block) throws(E) in
                try body(block, hitCount(of: index, in: bytes))
                index += 1
            }
        case .list(let blocks):
            for (index, block) in blocks.enumerated() {
                try body(block, hitCount(of: index, in: bytes))
            }
        }
    }

    /// The hit count of the block of that number, counted from 0; nil where there is none.
    @inlinable
    public func hitCount(of index: Int, in bytes: Span<UInt8>) -> UInt32? {
        switch counts {
        case nil: return nil
        case .list(let counts): return index < counts.count ? counts[index] : nil
        case .binary(let range):
            guard index < range.count / HitTable.countSize else { return nil }
            let offset = range.lowerBound + index * HitTable.countSize
            return unsafe UInt32(
                littleEndian: bytes.bytes.unsafeLoadUnaligned(
                    fromByteOffset: offset, as: UInt32.self))
        }
    }

    /// Calls `body` with the entry of each edge in the file's order (`JumpEdge.entry`).
    ///
    /// - Parameter bytes: the file that the recording was read from.
    /// - Throws: what `body` throws.
    public func forEachEdge<E: Error>(
        in bytes: Span<UInt8>, _ body: (Block) throws(E) -> Void
    ) throws(E) {
        switch edges {
        case nil: break
        case .packed(let range):
            for offset in stride(from: range.lowerBound, to: range.upperBound, by: Block.packedSize)
            {
                try body(Block(in: bytes, at: offset))
            }
        case .stored(let edges): try edges.forEach(in: bytes, body)
        case .list(let edges): for edge in edges { try body(edge) }
        }
    }

    /// Where in the file the block of that number stands, counted from 0.
    public func position(ofBlock index: Int, in bytes: Span<UInt8>) -> FilePosition {
        blocks.position(of: index, in: bytes)
    }

    /// Where in the file the edge of that number stands, counted from 0.
    public func position(ofEdge index: Int, in bytes: Span<UInt8>) -> FilePosition {
        edges?.position(of: index, in: bytes) ?? .byte(0)
    }

    /// All blocks, for those who want few of them.
    public func blockList(in bytes: Span<UInt8>) -> [Block] {
        var list: [Block] = []
        list.reserveCapacity(blocks.count)
        forEachBlock(in: bytes) { block, _ in list.append(block) }
        return list
    }
}

extension BlockTable {
    fileprivate func position(of index: Int, in bytes: Span<UInt8>) -> FilePosition {
        switch self {
        case .packed(let range): .byte(range.lowerBound + index * Block.packedSize)
        case .stored(let blocks): blocks.position(of: index, in: bytes)
        case .list: .byte(0)
        }
    }
}

extension Block {
    /// The packed block that begins at `offset`; 8 bytes must be there.
    @inlinable
    public init(in bytes: Span<UInt8>, at offset: Int) {
        // The load is checked against the span's bounds, and any 8 bytes are a block.
        let packed = unsafe UInt64(
            littleEndian: bytes.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
        self.init(packed: packed)
    }
}
