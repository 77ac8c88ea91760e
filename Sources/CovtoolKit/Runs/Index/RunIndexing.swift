import Coverage
import Reports
import Trace

#if canImport(Glibc)
    import Glibc
#endif

/// Makes an index of runs, or adds runs to one.
public struct RunIndexing {
    /// How many runs were added.
    public private(set) var added = 0
    /// How many were in it already.
    public private(set) var known = 0

    /// Makes an index of the traces at `paths`, completely or not at all, or adds those to an index that it has not got.
    ///
    /// - Parameters:
    ///   - index: the index's path.
    ///   - isAppending: whether what is in it stays.
    /// - Throws: ``Failure``; what was in the index is still there then.
    public init(
        of paths: [String], to index: String, isAppending: Bool, _ merging: TraceMerging
    ) throws(Failure) {
        guard isAppending, FilePath.exists(index) else {
            let output = try OutputFile(index)
            output.write(RecordLogForm.index.magic)
            let (segments, facts) = try RunIndexing.segments(of: paths, merging)
            for segment in segments {
                output.write(RecordLog.bytes(RunSegment.recordKind, segment.bytes))
                added += segment.runCount
            }
            try output.finish()
            facts.tellOpenBlocks(merging.warnings)
            return
        }
        var runs: [String: IndexedRun] = [:]
        let log = try RecordLog(index, .index, merging.warnings) {
            (kind, offset, body) throws(Failure) in
            let part = try RunIndexReader.part(0, kind, offset, body, index)
            for run in part.segment.runs { runs[run.path] = run }
        }
        var new: [String] = []
        for path in paths {
            guard let run = runs[path] else {
                new.append(path)
                continue
            }
            known += 1
            let (size, time) = RunIndexing.state(ofFile: path)
            if (size, time) != (run.size, run.time) {
                try merging.warnings.warn(
                    "\(path): has changed since it was added to \(index), which keeps what it was (make the index anew)"
                )
            }
        }
        guard !new.isEmpty else { return }
        let (segments, facts) = try RunIndexing.segments(of: new, merging)
        for segment in segments {
            try log.append(RunSegment.recordKind, segment.bytes)
            added += segment.runCount
        }
        facts.tellOpenBlocks(merging.warnings)
    }

    /// What an index of the traces would have, and what is to be said of them.
    ///
    /// - Throws: ``Failure``
    static func parts(of paths: [String], _ merging: TraceMerging) throws(Failure)
        -> (parts: [RunIndexReader.Part], facts: TraceFacts)
    {
        let (segments, facts) = try segments(of: paths, merging)
        let parts = segments.compactMap { made in
            RunSegment(made.bytes.span).map {
                RunIndexReader.Part(source: 0, offset: 0, segment: $0, body: made.bytes)
            }
        }
        return (parts, facts)
    }

    /// Some runs as they stand in an index.
    fileprivate struct Segment: Sendable {
        /// Which of all it is.
        var turn: Int
        var runCount: Int
        var bytes: [UInt8]
    }

    /// What a thread has.
    fileprivate struct Part: Sendable {
        var segments: [Segment] = []
        var turn = -1
        var builder: RunTableBuilder
        var runs: [IndexedRun] = []
        /// The modules of all runs, and what is to be said of these.
        var modules: Collector
        var facts = TraceFacts()
        /// What went wrong in the middle of a run.
        var failure: Failure?

        mutating func endSegment(_ rules: ModuleRules) {
            guard !runs.isEmpty else { return }
            segments.append(
                Segment(
                    turn: turn, runCount: runs.count,
                    bytes: RunSegment.bytes(of: builder.table(), runs)))
            builder = RunTableBuilder(rules)
            runs = []
        }
    }

    /// The segments in which the runs of the traces are, in their order, and what is to be said of the traces.
    private static func segments(of paths: [String], _ merging: TraceMerging) throws(Failure)
        -> ([Segment], TraceFacts)
    {
        var walk = merging.walk(paths, "Indexing")
        walk.filesInTurn = RunSegment.mostRuns
        let rules = merging.rules
        let parts = try walk.run(from: {
            Part(builder: RunTableBuilder(rules), modules: Collector(rules: rules))
        }) { (part, trace, number, diagnose) throws(Failure) in
            if part.turn != number / RunSegment.mostRuns {
                part.endSegment(rules)
                part.turn = number / RunSegment.mostRuns
            }
            try trace.checkBlocks(merging.warnings)
            var placed: [PlacedRecording] = []
            for recording in trace.recordings {
                placed.append(try merging.resolver.resolved(recording))
            }
            do throws(MergeError) {
                try part.add(trace, placed, number, diagnose)
            } catch {
                part.failure = Failure(error, paths)
                throw Failure(error, paths)
            }
        }
        if let failure = parts.lazy.compactMap(\.failure).first { throw failure }
        var modules = Collector(rules: rules)
        var segments: [Segment] = []
        var facts = TraceFacts()
        do throws(MergeError) {
            for var part in parts {
                part.endSegment(rules)
                segments += part.segments
                facts.formUnion(part.facts)
                try modules.formUnion(part.modules)
            }
            try modules.check()
        } catch {
            throw Failure(error, paths)
        }
        try rules.selection.check(modules.modulePaths, merging.warnings)
        // A record says in 32 bits how long it is.
        guard segments.allSatisfy({ $0.bytes.count <= UInt32.max }) else {
            throw Failure(
                .badData,
                "the blocks and hit counts of \(RunSegment.mostRuns) runs take more than 4 GiB")
        }
        return (segments.sorted { $0.turn < $1.turn }, facts)
    }

    /// The bytes of a file, and when it was written, in nanoseconds; 0 where that is not known.
    fileprivate static func state(ofFile path: String) -> (size: UInt64, time: UInt64) {
        var status = stat()
        guard unsafe stat(PathText.cString(path), &status) == 0 else { return (0, 0) }
        let seconds = UInt64(clamping: status.st_mtim.tv_sec)
        let nanoseconds = UInt64(clamping: status.st_mtim.tv_nsec)
        return (UInt64(clamping: status.st_size), seconds &* 1_000_000_000 &+ nanoseconds)
    }
}

extension RunIndexing.Part {
    fileprivate mutating func add(
        _ trace: borrowing TraceFile, _ recordings: [PlacedRecording], _ number: Int,
        _ diagnose: (Diagnosis) -> Void
    ) throws(MergeError) {
        // Of a list of places, only what became of it says how often.
        let hasHits = recordings.contains { $0.recording.counts != nil }
        var blockCount = 0
        for placed in recordings {
            facts.add(placed)
            blockCount += placed.recording.blocks.count
            try modules.addModules(of: placed.recording, source: number)
            try trace.withBytes { bytes throws(MergeError) in
                try builder.add(
                    placed.recording, from: bytes, source: number, hasHits: hasHits,
                    diagnose: diagnose)
            }
        }
        builder.endRun()
        let (size, time) = RunIndexing.state(ofFile: trace.path)
        runs.append(
            IndexedRun(
                path: trace.path, size: size, time: time, blockCount: blockCount, hasHits: hasHits))
    }
}

extension TraceFile {
    /// Makes sure that nothing is wrong with the blocks where that is an error: what shows only while they are added must leave
    /// nothing behind of a file that is left out.
    fileprivate borrowing func checkBlocks(_ warnings: Warnings) throws(Failure) {
        guard warnings.isStrict else { return }
        var damage = FileDamage(path: path, warnings)
        for recording in recordings {
            for diagnosis in withBytes({ Collector.diagnoses(of: recording, in: $0) }) {
                damage.add(diagnosis)
            }
        }
        try damage.check()
    }
}
