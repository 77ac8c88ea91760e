#if hasFeature(Embedded)
    public import TraceEmbedded
#else
    public import Trace
#endif

/// A module as it stands in a journal: base, end and entry, 64 bits each, the lengths of the path and of the
/// build-id, 32 bits each, and their bytes, filled up with zeros to the next multiple of 8. Its id is its
/// number.
public enum JournalModule {
    private static let fixedSize = 32

    /// The bytes of a module.
    ///
    /// - Parameter buildID: its file's, empty where that has none.
    public static func bytes(_ module: Module, buildID: [UInt8] = []) -> [UInt8] {
        var text = TextBuffer()
        for value in [module.start, module.end, module.entry] { text.append(littleEndian: value) }
        text.append(littleEndian: UInt32(module.path.count))
        text.append(littleEndian: UInt32(buildID.count))
        text.append(module.path)
        text.append(buildID)
        while text.bytes.count % 8 != 0 { text.append(CollectionOfOne(0)) }
        return text.bytes
    }

    /// The module that begins at `offset`, its build-id, and the offset behind it; nil where the bytes end
    /// before.
    static func read(
        _ bytes: Span<UInt8>, at offset: Int, id: Int
    ) -> (module: Module, buildID: [UInt8], end: Int)? {
        guard offset >= 0, offset <= bytes.count - fixedSize else { return nil }
        let fields = (0..<4).map { Words.word64(bytes, at: offset + $0 * 8) }
        let (length, idLength) = (Int(fields[3] & 0xFFFF_FFFF), Int(fields[3] >> 32))
        guard length + idLength <= bytes.count - offset - fixedSize else { return nil }
        let path = (0..<length).map { bytes[offset + fixedSize + $0] }
        let buildID = (0..<idLength).map { bytes[offset + fixedSize + length + $0] }
        let module = Module(
            id: id, start: fields[0], end: fields[1], entry: fields[2], path: path)
        return (module, buildID, offset + fixedSize + (length + idLength + 7) & ~7)
    }
}
