import TraceEmbedded

extension TextBuffer {
    /// Appends the four bytes of a number.
    mutating func append(littleEndian value: UInt32) {
        for shift in [UInt32(0), 8, 16, 24] {
            append([UInt8(truncatingIfNeeded: value >> shift)])
        }
    }
}
