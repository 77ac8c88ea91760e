import TraceEmbedded

/// A file that the guest has mapped, at the place where it was first seen, or memory that is a module
/// without a file: a row of the module table, if it is wanted.
struct LoadedFile {
    /// What tells it from another file of the same path; nil where only the path is known.
    var identity: FileIdentity?
    /// The host's path.
    var path: [UInt8]
    /// Which build of it that is, nil where it does not say.
    var build: FileBuild?
    /// The file at the path when it was found; nil where that was another one already, or none.
    var stamp: FileStamp?
    /// Whether the file was gone from its path when it was found.
    var isDeleted = false
    /// What offsets count from.
    var base: UInt64
    /// The guest addresses it takes, whole pages. Where only a part of a file is mapped that is not
    /// ELF, `start` lies above `base`.
    var start: UInt64
    var end: UInt64
    /// Bytes from `base` to where nothing comes from the file any more, but is zeroed data.
    var contentLength: UInt64
    /// Where it is entered, 0 where that is not known.
    var entry: UInt64
    /// Memory of the guest that no file is mapped in: whatever the guest puts there later is in it.
    var isMemory = false
    /// The number of its row in the module table; nil where its blocks are not wanted, or the table
    /// has no room.
    var row: UInt16?
    /// Whether its blocks are recorded.
    var isWanted = true
    /// What a table of segments says of it; empty where only the whole is known.
    var segments: [FileSegment] = []
    /// The address that the file asks for `base` itself.
    var preferredBase: UInt64 = 0

    /// An ELF file at its load bias.
    init(_ layout: ELFLayout, bias: UInt64, path: [UInt8], identity: FileIdentity?) {
        self.init(
            mapped: bias &+ layout.start, end: bias &+ layout.end, base: bias &+ layout.start,
            path: path, identity: identity)
        entry = layout.entry(bias: bias)
        contentLength = layout.contentEnd &- layout.start
        segments = FileSegment.rows(of: layout)
        preferredBase = layout.start
    }

    /// A file of which nothing is known but where it is mapped.
    init(
        mapped start: UInt64, end: UInt64, base: UInt64, path: [UInt8], identity: FileIdentity?
    ) {
        self.identity = identity
        self.path = path
        self.base = base
        self.start = start
        self.end = end
        contentLength = end &- base
        entry = 0
    }

    /// Whether a file that was found later is this one.
    func isSameFile(as other: LoadedFile) -> Bool {
        guard isMemory == other.isMemory, path == other.path else { return false }
        if isMemory { return start == other.start && end == other.end }
        if let build, let another = other.build { return build.id == another.id }
        if let stamp, let another = other.stamp { return stamp == another }
        // What was gone does not come back.
        if isDeleted, other.stamp != nil { return false }
        guard let identity, let another = other.identity else { return true }
        return identity == another
    }

    /// The same file where every address is lower by `distance`.
    func moved(downBy distance: UInt64) -> LoadedFile {
        var file = self
        file.base = base &- distance
        file.start = start &- distance
        file.end = end &- distance
        if entry != 0 { file.entry = entry &- distance }
        return file
    }

    /// Its row in the module table, as number `id`.
    func module(id: Int) -> Module {
        Module(id: id, start: base, end: end, entry: entry, path: path)
    }
}

/// A stretch of guest addresses and what lies there.
struct LoadedRange {
    /// The first address, and the one behind the last.
    var start: UInt64
    var end: UInt64
    /// What a block's offset counts from.
    var base: UInt64
    /// The number of the file in ``ModuleMap/files``; nil for memory in which no file is mapped.
    var file: Int?
    /// The file's row in the module table, `Block.noModule` where there is none.
    var module = Block.noModule
    /// How often the guest had mapped memory when the range was found to have no file; where it has one,
    /// more often than it ever can.
    var mappings = UInt64.max

    func contains(_ address: UInt64) -> Bool { address >= start && address < end }
}

/// A segment of a module as a row of a table of segments, in whole pages.
struct FileSegment: BitwiseCopyable {
    /// Bytes from the module's base to its first byte, and to the one behind its last.
    var start: UInt64
    var end: UInt64
    /// Where it begins in the file, in bytes.
    var offset: UInt64

    /// The rows in the order of addresses, none overlapping another: of two segments that meet in one
    /// page, the page is the lower one's.
    static func rows(of layout: ELFLayout) -> [FileSegment] {
        let mask = ELFLayout.pageSize - 1
        var rows: [FileSegment] = []
        // Few, and mostly in order already.
        var segments = layout.segments
        for index in segments.indices {
            var place = index
            while place > 0, segments[place - 1].address > segments[place].address {
                segments.swapAt(place - 1, place)
                place -= 1
            }
        }
        for segment in segments {
            let start = max(segment.address & ~mask &- layout.start, rows.last?.end ?? 0)
            let end = ((segment.end &+ mask) & ~mask) &- layout.start
            guard start < end else { continue }
            rows.append(
                FileSegment(
                    start: start, end: end,
                    offset: segment.offset &+ (layout.start &+ start &- segment.address)))
        }
        return rows
    }
}
