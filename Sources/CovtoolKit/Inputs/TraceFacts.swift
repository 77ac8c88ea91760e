import Coverage
import Reports

/// What is to be said of traces that were brought together.
public struct TraceFacts: Sendable {
    /// A journal among the traces.
    struct Journal: Sendable {
        /// Its number among them.
        var number: Int
        /// The process that has recorded.
        var process: UInt32
        /// The program's path.
        var program: [UInt8]
    }

    /// How many files have hit counts.
    private var counted = 0
    private(set) var journals: [Journal] = []
    /// The paths of files that gave blocks of no module a place.
    private(set) var placedPaths: Set<String> = []
    /// Blocks without a size, of which no file says it either.
    private var openCount = 0

    /// Adds what became of a recording's places.
    mutating func add(_ placed: PlacedRecording) {
        placedPaths.formUnion(placed.paths)
        openCount += placed.openCount
    }

    /// Adds what a file is.
    mutating func add(_ trace: borrowing TraceFile, number: Int) {
        if trace.recordings.contains(where: { $0.counts != nil }) { counted += 1 }
        if let process = trace.journalProcess {
            journals.append(
                Journal(
                    number: number, process: process, program: trace.recordings.first?.program ?? []
                ))
        }
    }

    mutating func formUnion(_ other: TraceFacts) {
        counted += other.counted
        journals += other.journals
        placedPaths.formUnion(other.placedPaths)
        openCount += other.openCount
    }

    /// Says that blocks have no size, and what gives them one.
    public func tellOpenBlocks(_ warnings: Warnings) {
        guard openCount > 0 else { return }
        warnings.say(
            """
            \(Amount.text(openCount, "block has", "blocks have")) no size: the first byte counts (use \
            --elf FILE or --elf FILE@BASE to say what is there)
            """)
    }

    /// Says that hit counts are not in the result, and what would keep them.
    public func tellCountsLeftOut(_ remedy: String, _ warnings: Warnings) {
        guard counted > 0 else { return }
        warnings.say(
            "hit counts of \(Amount.text(counted, "trace")) are left out (\(remedy))")
    }

    /// Says which of the traces are journals, and warns of those beside which there is the trace of
    /// another run that was to write the same file: of one input, tried again, both are mostly not
    /// wanted.
    public func tellJournals(among paths: [String], _ warnings: Warnings) {
        guard !journals.isEmpty else { return }
        let living = journals.count {
            RecordingProcess(number: $0.process).keeps(paths[$0.number])
        }
        let ended = journals.count - living
        if ended > 0 {
            warnings.say(
                """
                \(ended) of \(Amount.text(paths.count, "trace")) \
                \(ended == 1 ? "is the journal of a process" : "are journals of processes") that ended \
                before the trace was written
                """)
        }
        if living > 0 {
            warnings.say(
                """
                \(living) of \(Amount.text(paths.count, "trace")) \
                \(living == 1 ? "is the journal of a process that still records" : "are journals of processes that still record")
                """)
        }
        let named = Dictionary(
            paths.map { (FilePath.absolute($0), $0) }, uniquingKeysWith: { one, _ in one })
        for journal in journals.sorted(by: { $0.number < $1.number }) {
            let path = paths[journal.number]
            let name = JournalName(FilePath.absolute(path), process: journal.process)
            let twin = [0, 1].lazy.compactMap { named[name.candidate($0)] }.first { trace in
                trace != path && TraceFacts.program(ofTrace: trace) == journal.program
            }
            guard let twin else { continue }
            warnings.warnAnyway(
                """
                \(path) and \(twin) have the same program and out=: if they are runs of one input, it \
                counts twice; name only one of them
                """)
        }
    }

    private static func program(ofTrace path: String) -> [UInt8]? {
        do throws(Failure) {
            let trace = try TraceFile(path: path) { _ in }
            return trace.recordings.first?.program
        } catch {
            return nil
        }
    }
}
