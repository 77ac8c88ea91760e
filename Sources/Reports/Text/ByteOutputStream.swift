/// Takes text, and bytes that need not be text in any encoding, as a source file's.
public protocol ByteOutputStream: TextOutputStream {
    /// Appends the bytes as they are.
    mutating func write(_ bytes: ArraySlice<UInt8>)
}
