/// An ELF file on the disk.
struct ELFFile {
    /// Where it wants to lie.
    let layout: ELFLayout
    /// Which build it is, as far as it says.
    let build: FileBuild?

    /// Nil where the file is not an ELF file, or has nothing to load.
    init?(_ path: HostPath) throws(HostError) {
        self.init(try HostFile(reading: path))
    }

    /// The same for what was mapped from the file some time ago; nil where it has become another, or
    /// is gone, or is not an ELF file.
    ///
    /// - Parameters:
    ///   - bytes: what stands in memory.
    ///   - offset: where in the file it was mapped from, in bytes.
    init?(_ path: HostPath, with bytes: [UInt8], at offset: UInt64) {
        guard let file = try? HostFile(reading: path),
            let now = try? file.read(at: offset, count: bytes.count), !now.isEmpty,
            // In memory zeroes follow the file's end.
            bytes.starts(with: now)
        else { return nil }
        self.init(file)
    }

    /// Bytes of the first section with code of a file that is not linked, a kernel module say; nil where it
    /// is none.
    static func sizeOfUnlinkedCode(_ path: HostPath) throws(HostError) -> UInt64? {
        let file = try HostFile(reading: path)
        guard let header = ELFFields(try file.read(at: 0, count: FirstPage.size)) else {
            return nil
        }
        let wide = !header.is32Bit
        let relocatable: UInt16 = 1
        let entrySize = Int(header.half(at: wide ? 58 : 46))
        let count = Int(header.half(at: wide ? 60 : 48))
        guard header.half(at: 16) == relocatable, entrySize >= (wide ? 64 : 40) else { return nil }
        let table = header.with(
            bytes: try file.read(at: header.word(at: wide ? 40 : 32), count: entrySize * count))
        let code: UInt64 = 2 | 4
        for index in 0..<count {
            let start = index * entrySize
            let size = table.word(at: start + (wide ? 32 : 20))
            if table.word(at: start + 8) & code == code, size > 0 { return size }
        }
        return nil
    }

    /// The build-id of the file that is at the path now; empty where it has none.
    static func buildID(at path: HostPath) -> [UInt8] {
        guard let file = try? ELFFile(path) else { return [] }
        return file.build?.id ?? []
    }

    private init?(_ file: borrowing HostFile) {
        let page = FirstPage(bytes: (try? file.read(at: 0, count: FirstPage.size)) ?? [])
        func read(_ offset: UInt64, _ count: Int) -> [UInt8]? {
            page.read(offset, count) { offset, count in
                let bytes = try? file.read(at: offset, count: count)
                return bytes?.count == count ? bytes : nil
            }
        }
        guard let layout = ELFLayout(read: read) else { return nil }
        self.layout = layout
        build = layout.build(read: read)
    }
}

/// The beginning of a file, in which mostly all stands that is asked of it: it is read by one call.
struct FirstPage {
    static let size = Int(ELFLayout.pageSize)
    /// As many bytes as there are, up to a page.
    let bytes: [UInt8]

    /// Bytes from an offset in the file, from `rest` where they are not in the page.
    func read(
        _ offset: UInt64, _ count: Int, else rest: (UInt64, Int) -> [UInt8]?
    ) -> [UInt8]? {
        guard let start = Int(exactly: offset), count >= 0, start <= bytes.count,
            count <= bytes.count - start
        else { return rest(offset, count) }
        return [UInt8](bytes[start..<(start + count)])
    }
}
