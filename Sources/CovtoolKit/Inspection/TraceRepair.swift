import Coverage
import DRCov
import Reports
import Trace

/// A recording as it is written anew: the same rows and blocks without what is not sound.
struct RepairedRecording {
    private let summary: RecordingSummary
    private let form: DRCovForm
    private let ids: [Int: Int]

    /// - Parameter dump: how its file writes it; nil where that is not drcov.
    init(_ summary: RecordingSummary, _ dump: Dump? = nil) {
        self.summary = summary
        form = dump.map(DRCovForm.init) ?? DRCovForm(of: summary.recording)
        ids = Dictionary(
            summary.rows.enumerated().map { ($1.module.id, $0) },
            uniquingKeysWith: { one, _ in one })
    }

    /// Writes it, and gives the number of blocks.
    func write(to output: OutputFile, in bytes: Span<UInt8>) -> Int {
        let recording = summary.recording
        let writer = DRCovWriter(form: form)
        let rows = summary.rows.enumerated().map { index, row in
            var row = row.module
            (row.id, row.containingID) = (index, ids[row.containingID] ?? index)
            return row
        }
        let count = summary.blockCount - summary.unknown
        output.write(
            writer.header(
                modules: rows, is32Bit: recording.is32Bit == true,
                blockCount: count))
        var counts: [UInt8] = []
        var part: [UInt8] = []
        recording.forEachBlock(in: bytes) { block, hits in
            guard let block = renumbered(block) else { return }
            writer.append(block, to: &part)
            if form.hasCounts { writer.append(hitCount: UInt64(hits ?? 1), to: &counts) }
            if part.count >= 1 << 16 {
                output.write(part)
                part.removeAll(keepingCapacity: true)
            }
        }
        output.write(part)
        if form.hasCounts { output.write(writer.countsHeader(count: count) + counts) }
        if form.hasEdges { writeEdges(writer, to: output, in: bytes) }
        return count
    }

    private func writeEdges(
        _ writer: DRCovWriter, to output: OutputFile, in bytes: Span<UInt8>
    ) {
        var edges: [Block] = []
        summary.recording.forEachEdge(in: bytes) { edge in
            if let edge = renumbered(edge) { edges.append(edge) }
        }
        var part = writer.edgesHeader(
            count: edges.count, isPartial: summary.recording.hasPartialEdges)
        for edge in edges { writer.append(edge: edge, to: &part) }
        output.write(part)
    }

    /// A block, or the entry of an edge, with the row's new id; nil for one that is not written.
    private func renumbered(_ block: Block) -> Block? {
        guard summary.wants(block) else { return nil }
        var block = block
        if block.module != Block.noModule {
            guard let id = ids[Int(block.module)] else { return nil }
            block.module = UInt16(id)
        }
        return block
    }
}

/// What `covtool repair` does.
public struct TraceRepair {
    private let selection: ModuleSelection
    private let warnings: Warnings

    /// - Parameter selection: which modules are taken.
    public init(_ selection: ModuleSelection = ModuleSelection(), warnings: Warnings) {
        self.selection = selection
        self.warnings = warnings
    }

    /// Writes the trace at a path without what is damaged, and says what that is.
    ///
    /// - Parameter output: nil and `-` are standard output; it can be the trace itself.
    /// - Throws: ``Failure``; the file that was there stays as it was.
    public func repair(_ path: String, to output: String?) throws(Failure) {
        try OutputFile.refuseTerminal(output)
        let checked = try CheckedTrace(path: path, selection, warnings)
        try selection.check(checked.modulePaths, warnings)
        for diagnosis in checked.diagnoses {
            warnings.say("\(path): \(diagnosis.position.text): \(diagnosis.text)")
        }
        let file = try OutputFile(output)
        var kept = 0
        checked.file.withBytes { bytes in
            for (number, summary) in checked.summaries.enumerated() {
                let dump = checked.dumps.isEmpty ? nil : checked.dumps[number]
                kept += RepairedRecording(summary, dump).write(to: file, in: bytes)
            }
        }
        try file.finish()
        let state = checked.diagnoses.isEmpty ? "nothing was damaged" : "repaired"
        warnings.say("\(path): \(state), \(Amount.text(kept, "block"))")
    }

    /// Repairs several traces into a folder, each under its own name or one with a number.
    ///
    /// - Throws: ``Failure`` at the first that cannot be repaired; those before it are.
    public func repair(_ paths: [String], into folder: String) throws(Failure) {
        var names = FileNames()
        for path in paths {
            let name = path == "-" ? "standard-input.drcov" : names.unused(FilePath.name(path))
            try repair(path, to: folder + "/" + name)
        }
    }
}

extension DRCovForm {
    /// The form of what is written in place of a dump. A table of version 1 cannot be written; in version 2
    /// its sizes stand as rows from 0.
    fileprivate init(_ dump: Dump) {
        self.init(
            version: dump.version, table: TableVersion(rawValue: dump.tableVersion) ?? .two,
            blocks: dump.blockForm, hasCounts: dump.recording.counts != nil)
        hasEdges = dump.recording.edges != nil
    }
}
