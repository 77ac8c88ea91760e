import Coverage
import Trace

/// A part of an index: some runs, and which of them have which blocks. Docs/which.md describes its bytes.
struct RunSegment {
    /// So many runs are in a segment at most: what is read of a segment, at least, grows with the different blocks of its
    /// runs.
    static let mostRuns = 1024
    /// A page of the list of blocks is read as a whole.
    private static let blocksInPage = 64
    /// Bytes of a page's entry: its first key, and where in the data it begins.
    private static let entrySize = 12

    /// A list of blocks.
    private struct List {
        var blockCount: Int
        /// The first of its pages.
        var page: Int
    }

    let runs: [IndexedRun]
    let modules: [RunTable.Module]
    private let hasHits: Bool
    /// By module, and of what is in none.
    private let lists: [List]
    /// Where in the body the pages' entries begin, and where the blocks.
    private let (pages, data): (Int, Int)

    /// The bytes of a segment.
    static func bytes(of table: RunTable, _ runs: [IndexedRun]) -> [UInt8] {
        var body: [UInt8] = []
        func append(_ number: some BinaryInteger) {
            VariableNumber.append(UInt64(number), to: &body)
        }
        func append(_ text: String) {
            append(text.utf8.count)
            body += text.utf8
        }
        let hasHits = runs.contains(where: \.hasHits)
        append(hasHits ? 1 : 0)
        append(runs.count)
        for run in runs {
            append(run.path)
            for number in [run.size, run.time, UInt64(run.blockCount), run.hasHits ? 1 : 0] {
                append(number)
            }
        }
        append(table.modules.count)
        for module in table.modules {
            append(module.path)
            for number in [
                module.size, module.base, module.entry == nil ? 0 : 1, module.entry ?? 0,
                UInt64(module.rank), UInt64(module.segments.count),
            ] {
                append(number)
            }
            for segment in module.segments {
                append(segment.lowerBound)
                append(segment.upperBound)
            }
        }
        var counts = [Int](repeating: 0, count: table.modules.count + 1)
        for block in table.blocks { counts[block.module] += 1 }
        for count in counts { append(count) }
        var entries: [UInt8] = []
        var blocks: [UInt8] = []
        var (module, index, before) = (-1, 0, UInt64(0))
        for block in table.blocks {
            if block.module != module { (module, index) = (block.module, 0) }
            if index % blocksInPage == 0 {
                appendWord(block.key, bytes: 8, to: &entries)
                appendWord(UInt64(blocks.count), bytes: 4, to: &entries)
                before = block.key >> 16
            }
            index += 1
            VariableNumber.append(block.key >> 16 - before, to: &blocks)
            before = block.key >> 16
            VariableNumber.append(block.key & 0xFFFF, to: &blocks)
            VariableNumber.append(UInt64(block.runs.count), to: &blocks)
            blocks += block.runs
            guard hasHits else { continue }
            VariableNumber.append(UInt64(block.hits.count), to: &blocks)
            blocks += block.hits
        }
        return body + entries + blocks
    }

    private static func appendWord(_ word: UInt64, bytes count: Int, to bytes: inout [UInt8]) {
        for index in 0..<count {
            bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(8 * index)))
        }
    }

    /// Reads what a segment's body says of its runs and modules; nil where it is none.
    init?(_ body: Span<UInt8>) {
        var place = 0
        func number() -> UInt64? { VariableNumber.read(body, at: &place) }
        // A count of things that take a byte at least.
        func count() -> Int? {
            number().flatMap { $0 <= UInt64(body.count) ? Int($0) : nil }
        }
        func text() -> String? {
            guard let count = count(), count <= body.count - place else { return nil }
            defer { place += count }
            return String(decoding: body.extracting(place..<place + count).array, as: UTF8.self)
        }
        guard let hits = number(), hits < 2, let runCount = count() else { return nil }
        var runs: [IndexedRun] = []
        for _ in 0..<runCount {
            guard let path = text(), let size = number(), let time = number(),
                let blocks = number(), blocks <= UInt64(Int.max), let ownHits = number()
            else { return nil }
            runs.append(
                IndexedRun(
                    path: path, size: size, time: time, blockCount: Int(blocks),
                    hasHits: ownHits != 0))
        }
        guard let moduleCount = count() else { return nil }
        var modules: [RunTable.Module] = []
        for _ in 0..<moduleCount {
            guard let path = text(), let size = number(), let base = number(),
                let hasEntry = number(), let entry = number(), let rank = number(),
                rank <= UInt64(Int.max), let segmentCount = count()
            else { return nil }
            var segments: [Range<UInt64>] = []
            for _ in 0..<segmentCount {
                guard let start = number(), let end = number(), start <= end else { return nil }
                segments.append(start..<end)
            }
            modules.append(
                RunTable.Module(
                    path: path, size: size, base: base, entry: hasEntry == 0 ? nil : entry,
                    rank: Int(rank), segments: segments))
        }
        var lists: [List] = []
        var pageCount = 0
        for _ in 0...moduleCount {
            guard let blocks = count() else { return nil }
            lists.append(List(blockCount: blocks, page: pageCount))
            pageCount += (blocks + RunSegment.blocksInPage - 1) / RunSegment.blocksInPage
        }
        guard pageCount <= (body.count - place) / RunSegment.entrySize else { return nil }
        (self.runs, self.modules, self.lists) = (runs, modules, lists)
        hasHits = hits == 1
        (pages, data) = (place, place + pageCount * RunSegment.entrySize)
    }

    /// A block, with its runs and their hits as ``RunTable/Block`` has them.
    struct Block {
        /// Bytes from the module's base, or an address.
        var place: UInt64
        var size: UInt16
        /// Where in the body its runs stand, and the hits of those that have hit counts.
        var (runs, hits): (Range<Int>, Range<Int>)
    }

    /// Calls `visit` with each block of a module that begins in a range.
    ///
    /// - Parameters:
    ///   - list: the module's number; that of modules for the blocks of none.
    ///   - body: the segment's.
    /// - Returns: whether all could be read.
    func forEachBlock(
        inList list: Int, from range: ClosedRange<UInt64>, of body: Span<UInt8>,
        _ visit: (Block) -> Bool
    ) -> Bool {
        let list = lists[list]
        let pageCount =
            (list.blockCount + RunSegment.blocksInPage - 1) / RunSegment.blocksInPage
        // The page before the first that begins in the range can end in it.
        let next = (0..<pageCount).partitioningIndex {
            key(ofPage: list.page + $0, body) >> 16 >= range.lowerBound
        }
        for page in max(0, next - 1)..<max(pageCount, 0) {
            let first = key(ofPage: list.page + page, body) >> 16
            if first > range.upperBound { return true }
            let left = list.blockCount - page * RunSegment.blocksInPage
            guard
                read(
                    page: list.page + page, min(left, RunSegment.blocksInPage), first, range, body,
                    visit)
            else { return false }
        }
        return true
    }

    private func read(
        page: Int, _ count: Int, _ first: UInt64, _ range: ClosedRange<UInt64>,
        _ body: Span<UInt8>, _ visit: (Block) -> Bool
    ) -> Bool {
        let entry = pages + page * RunSegment.entrySize
        var place = data + Int(word(body, at: entry + 8, bytes: 4))
        var start = first
        func field() -> Range<Int>? {
            guard let count = VariableNumber.read(body, at: &place),
                count <= UInt64(body.count - place)
            else { return nil }
            defer { place += Int(count) }
            return place..<place + Int(count)
        }
        for _ in 0..<count {
            guard let step = VariableNumber.read(body, at: &place), step < 1 << 48,
                let size = VariableNumber.read(body, at: &place), let size = UInt16(exactly: size),
                let runs = field()
            else { return false }
            var hits = runs.upperBound..<runs.upperBound
            if hasHits {
                guard let own = field() else { return false }
                hits = own
            }
            start &+= step
            if start > range.upperBound { return true }
            guard start >= range.lowerBound else { continue }
            guard visit(Block(place: start, size: size, runs: runs, hits: hits)) else {
                return false
            }
        }
        return true
    }

    private func key(ofPage page: Int, _ body: Span<UInt8>) -> UInt64 {
        word(body, at: pages + page * RunSegment.entrySize, bytes: 8)
    }

    private func word(_ body: Span<UInt8>, at place: Int, bytes count: Int) -> UInt64 {
        (0..<count).reduce(0) { $0 | UInt64(body[place + $1]) << UInt64(8 * $1) }
    }
}
