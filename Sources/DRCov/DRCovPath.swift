#if hasFeature(Embedded)
    import TraceEmbedded
#else
    import Trace
#endif

extension TextBuffer {
    /// Replaces by `?` each byte that is not part of well-formed UTF-8 and each control character.
    mutating func append(path: [UInt8]) {
        let unknown = UInt8(ascii: "?")
        var index = 0
        while index < path.count {
            let length = UTF8Sequence.length(in: path, at: index)
            if length == 0 || path[index] < 0x20 || path[index] == 0x7F {
                append([unknown])
                index += 1
            } else {
                append(path[index..<index + length])
                index += length
            }
        }
        if path.isEmpty { append([unknown]) }
    }
}
