import Coverage
import DRCov
import Reports
import Trace

/// The tables of a drcov file that is to be written.
public struct TraceTables {
    private var modules: [Module]
    private var blocks: [Block]
    private var counts: [UInt64]
    private let edges: [Block]
    private let hasPartialEdges: Bool
    private let is32Bit: Bool

    /// Makes the tables of a file.
    ///
    /// - Parameter hasPartialEdges: whether there may be more edges than there are.
    public init(
        _ tables: (modules: [Module], blocks: [Block], counts: [UInt64], edges: [Block]),
        hasPartialEdges: Bool = false, is32Bit: Bool
    ) {
        (modules, blocks, counts, edges) = tables
        (self.hasPartialEdges, self.is32Bit) = (hasPartialEdges, is32Bit)
    }

    /// Gives `body` the file's bytes, part by part.
    func forEachPart(_ form: DRCovForm, _ body: ([UInt8]) -> Void) {
        let writer = DRCovWriter(form: form)
        var part = writer.header(modules: modules, is32Bit: is32Bit, blockCount: blocks.count)
        for block in blocks {
            writer.append(block, to: &part)
            if part.count >= 1 << 16 {
                body(part)
                part.removeAll(keepingCapacity: true)
            }
        }
        if form.hasCounts {
            part += writer.countsHeader(count: counts.count)
            for count in counts { writer.append(hitCount: count, to: &part) }
        }
        if form.hasEdges {
            part += writer.edgesHeader(count: edges.count, isPartial: hasPartialEdges)
            for edge in edges { writer.append(edge: edge, to: &part) }
        }
        body(part)
    }

    /// How many blocks were executed more often than the format can say, or so often that more is not known.
    var cutCounts: Int { counts.count { $0 >= UInt64(TraceTables.mostHits) } }

    /// The largest hit count that the format has.
    static let mostHits = UInt32.max

    /// Warns of blocks that have that count.
    static func tellCutCounts(_ count: Int, _ warnings: Warnings) {
        guard count > 0 else { return }
        warnings.warnAnyway(
            """
            \(Amount.text(count, "hit count is", "hit counts are")) \(mostHits) or more, which is the most \
            that drcov can hold: written as \(mostHits)
            """)
    }

    /// Changes what a reader cannot take and what does not change what is covered.
    mutating func prepare(for reader: KnownReader, _ warnings: Warnings) {
        if reader == .drcov2lcov { roundRows() }
        if reader == .lightkeeper || reader == .cartographer { dropLooseBlocks(warnings) }
    }

    /// Why the reader would not take the file; none where it would.
    func reasons(against reader: KnownReader, _ form: DRCovForm) -> [String] {
        var file: [UInt8] = []
        forEachPart(form) { file += $0 }
        var diagnoses: [Diagnosis] = []
        guard let dumps = try? DRCovReader.dumps(file.span, diagnose: { diagnoses.append($0) }),
            let facts = FileFacts(dumps, diagnoses, in: file.span)
        else { return ["it is not a drcov file"] }
        return reader.reasons(facts)
    }

    /// Rows begin and end at pages, and end behind their last block.
    private mutating func roundRows() {
        var ends = modules.map(\.end)
        for block in blocks where block.module != Block.noModule {
            let row = modules[Int(block.module)]
            let end = row.start &+ UInt64(block.start) &+ UInt64(block.size)
            ends[row.id] = max(ends[row.id], end &+ 1)
        }
        for index in modules.indices {
            let size = ends[index] &- modules[index].start
            modules[index].end = modules[index].start &+ ((size &+ 0xFFF) & ~0xFFF)
        }
    }

    /// Blocks in no module stand for nothing that a disassembler could show.
    private mutating func dropLooseBlocks(_ warnings: Warnings) {
        let kept = blocks.filter { $0.module != Block.noModule }
        guard kept.count < blocks.count else { return }
        let count = Amount.text(blocks.count - kept.count, "block is", "blocks are")
        warnings.say("\(count) in no module: left out")
        // They are the last ones.
        blocks = kept
        counts = Array(counts.prefix(kept.count))
    }
}

extension Profile {
    /// The form that most readers accept of those that hold all of the profile, counts apart.
    public func form(hasCounts: Bool) -> DRCovForm {
        var form = DRCovForm(hasCounts: hasCounts)
        form.hasEdges = edges != .none
        return form
    }

    /// Writes the profile as one drcov file.
    ///
    /// - Parameters:
    ///   - path: nil and `-` are standard output.
    ///   - form: with counts only for a profile that is counted; with edges as far as it has any.
    ///   - reader: who must take it; what it cannot take is an error.
    ///   - warnings: told what the file does not have.
    /// - Throws: ``Failure``; the file that was there stays as it was.
    public func write(
        to path: String?, form: DRCovForm = DRCovForm(), for reader: KnownReader? = nil,
        warnings: Warnings
    ) throws(Failure) {
        var form = form
        form.hasEdges = form.hasEdges && edges != .none
        if form.blocks == .binary || form.hasCounts || form.hasEdges {
            try OutputFile.refuseTerminal(path)
        }
        var tables: TraceTables
        do throws(ExportError) {
            tables = TraceTables(
                try exported(), hasPartialEdges: edges == .some, is32Bit: is32Bit)
        } catch {
            throw Failure(.badData, "\(path ?? "standard output"): \(error.text)")
        }
        if let reader {
            tables.prepare(for: reader, warnings)
            let reasons = tables.reasons(against: reader, form)
            guard reasons.isEmpty else {
                throw Failure(
                    .badData,
                    "\(reader.rawValue) would not take this: \(reasons.joined(separator: "; "))")
            }
        }
        if form.hasCounts { TraceTables.tellCutCounts(tables.cutCounts, warnings) }
        let output = try OutputFile(path)
        tables.forEachPart(form) { output.write($0) }
        try output.finish()
    }
}

extension ExportError {
    fileprivate var text: String {
        switch self {
        case .offsetTooLarge(let path, let offset):
            "drcov cannot express a block at \(hex(offset)) in \(path), behind the module's end"
        case .tooManyModules(let count):
            "\(count) rows are too many for drcov, which can have 65535"
        }
    }
}
