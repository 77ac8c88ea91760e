import Coverage

/// Numbers in Parquet's encoding DELTA_BINARY_PACKED: the first one, then how much each is more than the one before it, in as
/// few bits as the largest of 32 needs.
enum DeltaNumbers {
    private static let inBlock = 128
    private static let inMiniblock = 32

    /// The bytes of numbers.
    static func bytes(of numbers: [Int64]) -> [UInt8] {
        var bytes: [UInt8] = []
        for head in [inBlock, inBlock / inMiniblock, numbers.count] {
            VariableNumber.append(UInt64(head), to: &bytes)
        }
        VariableNumber.append(zigzag: numbers.first ?? 0, to: &bytes)
        for start in stride(from: 1, to: numbers.count, by: inBlock) {
            let deltas = (start..<min(start + inBlock, numbers.count))
                .map { numbers[$0] &- numbers[$0 - 1] }
            let least = deltas.min() ?? 0
            VariableNumber.append(zigzag: least, to: &bytes)
            let rests = deltas.map { UInt64(bitPattern: $0 &- least) }
            let miniblocks = stride(from: 0, to: rests.count, by: inMiniblock)
                .map { rests[$0..<min($0 + inMiniblock, rests.count)] }
            let widths = miniblocks.map { rests in
                rests.reduce(0) { max($0, UInt64.bitWidth - $1.leadingZeroBitCount) }
            }
            for index in 0..<inBlock / inMiniblock {
                bytes.append(index < widths.count ? UInt8(widths[index]) : 0)
            }
            for (rests, width) in zip(miniblocks, widths) { append(rests, width, to: &bytes) }
        }
        return bytes
    }

    /// Appends the numbers of a miniblock, the lowest bits first; it is filled up with zeros.
    private static func append(
        _ numbers: ArraySlice<UInt64>, _ width: Int, to bytes: inout [UInt8]
    ) {
        guard width > 0 else { return }
        let end = bytes.count + inMiniblock * width / 8
        var (bits, count) = (UInt64(0), 0)
        func put(_ number: UInt64, _ width: Int) {
            bits |= number << UInt64(count)
            count += width
            while count >= 8 {
                bytes.append(UInt8(truncatingIfNeeded: bits))
                bits >>= 8
                count -= 8
            }
        }
        for number in numbers {
            // With those that are left of the number before there are 39 bits at most.
            put(number & 0xFFFF_FFFF, min(width, 32))
            if width > 32 { put(number >> 32, width - 32) }
        }
        if count > 0 { bytes.append(UInt8(truncatingIfNeeded: bits)) }
        bytes += repeatElement(0, count: end - bytes.count)
    }
}
