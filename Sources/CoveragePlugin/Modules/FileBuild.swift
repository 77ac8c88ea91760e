/// The build-id of a file (`NT_GNU_BUILD_ID`), and where it stands in memory.
struct FileBuild {
    var id: [UInt8]
    /// Bytes from the module's base to the id.
    var offset: UInt64
}

extension ELFLayout {
    /// The file's build; nil where it has no build-id, or `read` does not reach it.
    ///
    /// `read` gives as many bytes as asked for from an offset in the file, or nil.
    func build(read: (_ offset: UInt64, _ count: Int) -> [UInt8]?) -> FileBuild? {
        for note in notes {
            guard let bytes = read(note.offset, Int(note.fileEnd &- note.offset)),
                let place = fields.with(bytes: bytes).buildID(alignment: Int(note.alignment))
            else { continue }
            let offset = note.address &- start &+ UInt64(place.lowerBound)
            return FileBuild(id: [UInt8](bytes[place]), offset: offset)
        }
        return nil
    }
}

extension ELFFields {
    /// Where in notes, each padded to a multiple of `alignment` bytes, the build-id stands.
    fileprivate func buildID(alignment: Int) -> Range<Int>? {
        func padded(_ count: Int) -> Int { (count + alignment - 1) / alignment * alignment }
        let (headerSize, gnu, type): (Int, UInt32, UInt32) = (12, 4, 3)
        var next = 0
        while next + headerSize <= count {
            guard let nameSize = Int(exactly: integer(at: next)),
                let size = Int(exactly: integer(at: next + 4)), nameSize <= count, size <= count
            else { return nil }
            let start = next + padded(headerSize + nameSize)
            let name: StaticString = "GNU\0"
            if integer(at: next + 8) == type, nameSize == gnu, size > 0, start + size <= count,
                isText(name, at: next + headerSize)
            {
                return start..<(start + size)
            }
            next = padded(start + size)
        }
        return nil
    }
}
