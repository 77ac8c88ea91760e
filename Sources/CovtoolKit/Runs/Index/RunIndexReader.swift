import Coverage
import Reports
import Trace

/// Indices of runs, read: what of their blocks is asked for is looked for in the bytes.
public struct RunIndexReader: Sendable {
    /// A part of an index.
    struct Part: Sendable {
        /// The index's number among those that were named.
        var source: Int
        /// Where it stands in the file.
        var offset: Int
        var segment: RunSegment
        var body: [UInt8]
    }

    /// The files' paths.
    let paths: [String]
    /// In the order in which the runs were added.
    let parts: [Part]

    /// Reads the indices at `paths`.
    ///
    /// - Throws: ``Failure`` where one cannot be read or is none.
    public init(_ paths: [String], _ warnings: Warnings) throws(Failure) {
        self.paths = paths
        var parts: [Part] = []
        for (source, path) in paths.enumerated() {
            try RecordLog.read(path, .index, warnings) { (kind, offset, body) throws(Failure) in
                parts.append(try RunIndexReader.part(source, kind, offset, body, path))
            }
            guard parts.contains(where: { $0.source == source }) else {
                throw Failure(.badData, "\(path): there is no run in this index")
            }
        }
        self.parts = parts
    }

    /// Adds the runs and their blocks to those of other parts.
    ///
    /// - Throws: ``Failure`` for an index that is damaged, or where there are too many modules.
    static func add(_ part: Part, source: String, to blocks: inout RunBlocks) throws(Failure) {
        let segment = part.segment
        let body = part.body.span
        let begun = blocks.begin(segment.runs.count, segment.modules, source: part.source)
        for module in 0...segment.modules.count {
            var failure: MergeError?
            let isRead = segment.forEachBlock(inList: module, from: 0...UInt64.max, of: body) {
                block in
                guard
                    let runs = RunRanges.read(
                        body.extracting(block.runs), count: segment.runs.count),
                    let hits = segment.hits(of: block, runs, body)
                else { return false }
                // A run without hit counts is one execution.
                let uncounted = runs.reduce(0) { $0 + $1.count } - hits.count
                let sum = hits.values.reduce(UInt64(uncounted)) { UInt64(clampedSum: $0, $1) }
                do throws(MergeError) {
                    try blocks.add(
                        module: module, place: block.place, size: block.size, runs: runs,
                        hits: hits.isEmpty ? nil : sum, of: begun)
                } catch {
                    failure = error
                    return false
                }
                return true
            }
            if let failure { throw Failure(failure, [source]) }
            guard isRead else { throw damage(source, part.offset) }
        }
    }

    static func part(
        _ source: Int, _ kind: UInt32, _ offset: Int, _ body: Span<UInt8>, _ path: String
    ) throws(Failure) -> Part {
        guard kind == RunSegment.recordKind else {
            throw Failure(.badData, "\(path): is of another version of covtool")
        }
        guard let segment = RunSegment(body) else {
            throw RunIndexReader.damage(path, offset)
        }
        return Part(source: source, offset: offset, segment: segment, body: body.array)
    }

    fileprivate static func damage(_ path: String, _ offset: Int) -> Failure {
        Failure(.badData, "\(FilePath.said(path)): byte \(offset): the record is damaged")
    }

    /// Which of the runs came to a place, and how often.
    ///
    /// - Throws: ``Failure`` for an index that is damaged.
    func runs(at place: FoundPlace, _ watch: CodeWatch) throws(Failure) -> [SearchedRun] {
        var watch = watch
        var runs: [SearchedRun] = []
        for part in parts {
            guard let found = part.runs(at: place, &watch) else {
                throw RunIndexReader.damage(paths[part.source], part.offset)
            }
            runs += found
        }
        return runs
    }
}

extension RunIndexReader.Part {
    /// A block of what is looked at.
    private struct Found {
        var code: Int
        var offset: UInt64
        var size: UInt16
        /// By run, of those that have hit counts.
        var hits: [Int: UInt64]
    }

    /// Nil where something could not be read.
    fileprivate func runs(at place: FoundPlace, _ watch: inout CodeWatch) -> [SearchedRun]? {
        var classes = RunClasses(runCount: segment.runs.count)
        var blocks: [Found] = []
        for (list, codes) in watch.codes(in: segment.modules, source: source).enumerated() {
            for code in codes {
                guard find(code, list, watch, &blocks, &classes) else { return nil }
            }
        }
        var hits = PlaceHits(place)
        var byClass: [Int: UInt64] = [:]
        var found = FoundBlocks(count: place.parts.count)
        return segment.runs.enumerated()
            .map { number, run in
                let own = classes.number(ofRun: number)
                let count: UInt64
                if !run.hasHits, let known = byClass[own] {
                    count = known
                } else {
                    found.removeAll()
                    found.isCounted = run.hasHits
                    for index in classes.blocks(ofClass: own) {
                        let block = blocks[index]
                        watch.add(
                            offset: block.offset, size: block.size, hits: block.hits[number] ?? 1,
                            to: block.code, of: &found)
                    }
                    count = hits.count(found)
                    if !run.hasHits { byClass[own] = count }
                }
                return SearchedRun(
                    path: run.path, hits: count, hasHits: run.hasHits, blockCount: run.blockCount)
            }
    }

    private func find(
        _ code: Int, _ list: Int, _ watch: CodeWatch, _ blocks: inout [Found],
        _ classes: inout RunClasses
    ) -> Bool {
        let body = body.span
        return segment.forEachBlock(inList: list, from: watch.reach(ofCode: code), of: body) {
            block in
            guard
                let offset = watch.offset(
                    ofBlockAt: block.place, size: block.size, inCode: code)
            else { return true }
            guard
                let runs = RunRanges.read(
                    body.extracting(block.runs), count: segment.runs.count),
                let hits = segment.hits(of: block, runs, body)
            else { return false }
            classes.add(runs: runs)
            blocks.append(Found(code: code, offset: offset, size: block.size, hits: hits))
            return true
        }
    }
}

extension RunSegment {
    /// What a record of an index is.
    static let recordKind: UInt32 = 1

    /// The hits of a block by run, of those that have hit counts; nil where they cannot be read.
    fileprivate func hits(of block: Block, _ runs: [Range<Int>], _ body: Span<UInt8>)
        -> [Int: UInt64]?
    {
        guard !block.hits.isEmpty else { return [:] }
        var hits: [Int: UInt64] = [:]
        var place = block.hits.lowerBound
        let end = body.extracting(0..<block.hits.upperBound)
        for run in runs.joined() where self.runs[run].hasHits {
            guard let count = VariableNumber.read(end, at: &place) else { return nil }
            hits[run] = count
        }
        return hits
    }
}
