import Coverage
import Journal
import Reports
import Trace

#if canImport(Glibc)
    import Glibc
#endif

/// Makes of a journal the trace that its process would have written.
public struct Recovery {
    /// Where the trace goes; nil for the name that the process had for it.
    public var output: String?
    /// Whether the journal stays.
    public var keepsJournal: Bool
    /// Whether a journal that is still being written is taken as it is.
    public var takesLiving: Bool
    /// What is taken of it.
    public var selection: ModuleSelection
    /// What becomes of warnings.
    public var warnings: Warnings

    /// Makes a recovery.
    public init(
        output: String? = nil, keepsJournal: Bool = false, takesLiving: Bool = false,
        selection: ModuleSelection = ModuleSelection(), warnings: Warnings
    ) {
        self.warnings = warnings
        self.output = output
        self.keepsJournal = keepsJournal
        self.takesLiving = takesLiving
        self.selection = selection
    }

    /// Whether the file at `path` is a journal: by its name too, since one whose process ended at once holds nothing
    /// yet.
    public static func isJournal(_ path: String) -> Bool {
        path.hasSuffix(JournalName.suffix)
            || (try? FileBytes.beginning(of: path)).map { JournalReader.recognises($0.span) }
                == true
    }

    /// Recovers one journal, and says what became of it.
    public func recover(_ path: String) throws(Failure) -> String {
        let file = try FileBytes(path: path, isWanted: TraceFile.isRecording)
        guard let process = file.withBytes(JournalReader.process) else {
            return try recoverUnsigned(file, path)
        }
        if !takesLiving, RecordingProcess(number: process).keeps(path) {
            return Recovery.leftAlone(path, process)
        }
        for message in file.journalMessages(path) { warnings.warnAnyway(message) }
        let recording = try file.journal(path)
        if file.withBytes(JournalReader.holdsMessagesAlone) {
            try removeUnlessKept(path)
            return "\(path): holds only messages of its process, and no blocks"
        }
        try selection.check(recording.modulePaths(selection), warnings)
        if keepsJournal { file.cutJournal(path) }
        let trace = try write(recording, for: JournalName(path, process: process))
        try removeUnlessKept(path)
        return "\(path): \(Amount.text(recording.blocks.count, "block")), now in \(trace)"
    }

    /// A file that is no journal, or not yet: the process can have ended, or can be, between making
    /// the file and making a journal of it.
    private func recoverUnsigned(
        _ file: borrowing FileBytes, _ path: String
    ) throws(Failure) -> String {
        let isBlank = file.withBytes { bytes in bytes.indices.allSatisfy { bytes[$0] == 0 } }
        guard isBlank, let process = JournalName.process(path) else {
            // Throws, and says what is wrong.
            let count = try file.journal(path).blocks.count
            return "\(path): \(Amount.text(count, "block"))"
        }
        if !takesLiving, RecordingProcess(number: process).lives {
            return Recovery.leftAlone(path, process)
        }
        try removeUnlessKept(path)
        return "\(path): holds nothing: its process ended before it recorded anything"
    }

    /// Gives the name of the trace.
    private func write(_ recording: Recording, for name: JournalName) throws(Failure) -> String {
        if let output {
            try OutputFile.refuseTerminal(output)
            let file = try OutputFile(output)
            write(recording, to: file)
            try file.finish()
            return output == "-" ? "standard output" : output
        }
        var attempt = 0
        while unsafe access(name.candidate(attempt), F_OK) == 0 { attempt += 1 }
        let file = try OutputFile(name.candidate(attempt))
        write(recording, to: file)
        while try !file.finish(as: name.candidate(attempt)) { attempt += 1 }
        return name.candidate(attempt)
    }

    /// Writes the recording in the form that libcov.so writes.
    private func write(_ recording: Recording, to file: OutputFile) {
        let noFile: [UInt8] = []
        if case .list(let counts) = recording.counts {
            TraceTables.tellCutCounts(counts.count { $0 == TraceTables.mostHits }, warnings)
        }
        let summary = RecordingSummary(recording, in: noFile.span, selection)
        _ = RepairedRecording(summary).write(to: file, in: noFile.span)
    }

    private static func leftAlone(_ path: String, _ process: UInt32) -> String {
        """
        \(path): left alone: process \(process) still records (use --force to read what is there)
        """
    }

    private func removeUnlessKept(_ path: String) throws(Failure) {
        guard !keepsJournal, path != "-" else { return }
        guard unsafe unlink(path) == 0 else {
            throw Failure(
                .inputOutput,
                "\(path): recovered, but cannot be removed: \(Failure.text(ofError: errno))")
        }
    }
}

extension Recording {
    /// The paths of the modules that are wanted, and of those that are not.
    fileprivate func modulePaths(_ selection: ModuleSelection) -> (
        taken: Set<String>, unwanted: Set<String>
    ) {
        let paths = Set(modules.map { String(decoding: $0.path, as: UTF8.self) })
        let taken = paths.filter(selection.wants)
        return (taken, paths.subtracting(taken))
    }
}
