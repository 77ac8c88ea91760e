/// What an ELF file says of where it wants to lie in memory.
///
/// A module of 4 GiB and more, or a table that makes no sense, is no layout: the caller goes by the
/// mappings then.
struct ELFLayout {
    /// A loadable segment, or one of notes.
    struct Segment {
        var offset: UInt64
        /// The offset behind the last byte that is in the file.
        var fileEnd: UInt64
        var address: UInt64
        /// The address behind the last byte.
        var end: UInt64
        var isExecutable: Bool
        /// The file may lie at multiples of it from its own addresses; at least a page. Of notes, what each is
        /// filled up to.
        var alignment: UInt64
    }

    /// Rows are made of whole pages of this many bytes.
    static let pageSize: UInt64 = 4096

    /// Bytes of the largest module: an offset has 32 bits.
    private static let largest: UInt64 = 1 << 32
    /// More bytes of program headers than any real file has.
    private static let largestTable = 1 << 18
    /// More bytes of notes than any real file has.
    private static let mostNotes: UInt64 = 1 << 16

    let is32Bit: Bool
    /// Addresses are as in the file: the load bias is still to be added.
    let entry: UInt64
    let segments: [Segment]
    /// Where the build-id is looked for.
    let notes: [Segment]
    /// The header, for integers in other pieces of the file.
    let fields: ELFFields

    /// Where the module begins and ends, in whole pages.
    let start: UInt64
    let end: UInt64

    /// Where, in whole pages, there is nothing of the file any more: what follows is zeroed data.
    let contentEnd: UInt64

    /// `read` gives as many bytes as asked for from an offset in the file, or nil.
    init?(read: (_ offset: UInt64, _ count: Int) -> [UInt8]?) {
        // A file of 32 bits can be shorter than the other kind's header.
        guard let bytes = read(0, 64) ?? read(0, 52), let header = ELFFields(bytes) else {
            return nil
        }
        let is32Bit = header.is32Bit
        let entrySize = Int(header.half(at: is32Bit ? 42 : 54))
        let size = entrySize * Int(header.half(at: is32Bit ? 44 : 56))
        guard entrySize >= (is32Bit ? 32 : 56), size > 0, size <= ELFLayout.largestTable,
            let table = read(header.word(at: is32Bit ? 28 : 32), size)
        else { return nil }
        self.init(header, header.with(bytes: table), entrySize: entrySize)
    }

    /// Apart from the above, which is compiled anew for each way to read.
    @inline(never)
    private init?(_ header: ELFFields, _ table: ELFFields, entrySize: Int) {
        fields = header
        is32Bit = header.is32Bit
        entry = header.word(at: 24)
        var (all, notes): ([Segment], [Segment]) = ([], [])
        for index in stride(from: 0, to: table.count, by: entrySize) {
            if let segment = ELFLayout.segment(table, at: index) { all.append(segment) }
            if let found = ELFLayout.notes(table, at: index) { notes.append(found) }
        }
        self.notes = notes
        segments = ELFLayout.counting(all)
        guard let extent = ELFLayout.extent(segments) else { return nil }
        let mask = ELFLayout.pageSize - 1
        start = extent.start & ~mask
        end = (extent.end &+ mask) & ~mask
        guard start < end, end - start <= ELFLayout.largest else { return nil }
        var content: UInt64 = 0
        for segment in segments {
            content = max(content, segment.address &+ (segment.fileEnd &- segment.offset))
        }
        contentEnd = (content &+ mask) & ~mask
    }

    /// Whether a mapping of the file, from one offset to another, can be part of the module at a load
    /// bias; a file that somebody mapped by itself can where offsets in it are addresses throughout.
    ///
    /// - Parameters:
    ///   - origin: the address of the mapping, less its offset.
    ///   - byte: the offset that matters most: its own segment decides. Of the other ones whole pages
    ///     do, since two segments may share one in the file.
    func isLoaded(
        from start: UInt64, to end: UInt64, origin: UInt64, byte: UInt64, bias: UInt64
    ) -> Bool {
        let mask = ELFLayout.pageSize - 1
        func isInPlace(_ segment: Segment) -> Bool {
            bias &+ (segment.address &- segment.offset) == origin
        }
        let own = segments.filter { $0.offset <= byte && byte < $0.fileEnd }
        return (own.isEmpty || own.contains(where: isInPlace))
            && segments.allSatisfy {
                let low = max(($0.offset &+ mask) & ~mask, start)
                return low >= min($0.fileEnd & ~mask, end) || isInPlace($0)
            }
    }

    /// The part of the file around an offset: a segment, with what its addresses are higher than
    /// offsets; or what lies between segments, with nil.
    func part(at offset: UInt64) -> (start: UInt64, end: UInt64, shift: UInt64?) {
        var (start, end) = (UInt64(0), UInt64.max)
        for segment in segments {
            if segment.fileEnd <= offset {
                start = max(start, segment.fileEnd)
            } else if segment.offset > offset {
                end = min(end, segment.offset)
            } else {
                return (segment.offset, segment.fileEnd, segment.address &- segment.offset)
            }
        }
        return (start, end, nil)
    }

    /// The load bias of a module whose first byte of the file was mapped at `address`.
    func bias(fileStartAt address: UInt64) -> UInt64? {
        let first = segments.first { $0.offset < ELFLayout.pageSize }
        return first.map { address &- ($0.address &- $0.offset) }
    }

    /// Where the module is entered once it is loaded; 0, as in the file, where it is not.
    func entry(bias: UInt64) -> UInt64 { entry == 0 ? 0 : bias &+ entry }

    /// The segments that make the module: all of them, or where these are too far from each other those
    /// with code and what lies between. A kernel's data of each processor is at 0, far from all else.
    private static func counting(_ all: [Segment]) -> [Segment] {
        guard let whole = extent(all), whole.end - whole.start > largest,
            let code = extent(all.filter { $0.isExecutable })
        else { return all }
        return all.filter { code.start <= $0.address && $0.end <= code.end }
    }

    /// From the lowest address of the segments to the highest; nil where there are none.
    private static func extent(_ segments: [Segment]) -> (start: UInt64, end: UInt64)? {
        var (start, end) = (UInt64.max, UInt64(0))
        for segment in segments {
            start = min(start, segment.address)
            end = max(end, segment.end)
        }
        return segments.isEmpty ? nil : (start, end)
    }

    private static func notes(_ table: ELFFields, at index: Int) -> Segment? {
        let type: UInt32 = 4
        guard table.integer(at: index) == type else { return nil }
        let wide = !table.is32Bit
        let size = table.word(at: index + (wide ? 32 : 16))
        guard size <= mostNotes else { return nil }
        let offset = table.word(at: index + (wide ? 8 : 4))
        let address = table.word(at: index + (wide ? 16 : 8))
        return Segment(
            offset: offset, fileEnd: offset &+ size, address: address, end: address &+ size,
            isExecutable: false,
            alignment: table.word(at: index + (wide ? 48 : 28)) == 8 ? 8 : 4)
    }

    private static func segment(_ table: ELFFields, at index: Int) -> Segment? {
        let loadable: UInt32 = 1
        guard table.integer(at: index) == loadable else { return nil }
        let wide = !table.is32Bit
        let flags = table.integer(at: index + (wide ? 4 : 24))
        let address = table.word(at: index + (wide ? 16 : 8))
        let size = table.word(at: index + (wide ? 40 : 20))
        let (end, overflow) = address.addingReportingOverflow(size)
        // The last page of the address space would wrap where ends are rounded up.
        guard size > 0, !overflow, end <= UInt64.max - pageSize else { return nil }
        let offset = table.word(at: index + (wide ? 8 : 4))
        let content = min(table.word(at: index + (wide ? 32 : 16)), size)
        guard offset <= UInt64.max - pageSize - content else { return nil }
        return Segment(
            offset: offset, fileEnd: offset + content, address: address, end: end,
            isExecutable: flags & 1 != 0,
            alignment: max(pageSize, table.word(at: index + (wide ? 48 : 28))))
    }
}
