import Coverage
import Folders
import Journal
import Trace

extension FileBytes {
    /// Whether the file is what libcov.so leaves where it could not write the trace.
    var isJournal: Bool { withBytes(JournalReader.recognises) }
}

extension FileBytes {
    /// What the journal's process had to say when nobody could hear it.
    func journalMessages(_ path: String) -> [String] {
        withBytes(JournalReader.messages).map { line in
            "\(path): libcov: \(PathText.text(line))"
        }
    }

    /// What the journal's process would have written. A process that still records is no hindrance: its
    /// journal is sound at every moment.
    func journal(_ path: String) throws(Failure) -> Recording {
        do throws(ReadError) {
            return try withBytes(JournalReader.recording)
        } catch {
            throw Failure(.badData, "\(path): \(error.text)")
        }
    }

    /// Cuts off what the journal's process has not used, if it has ended.
    func cutJournal(_ path: String) {
        guard !isCompressed, let process = withBytes(JournalReader.process),
            let used = withBytes(JournalReader.usedSize)
        else { return }
        JournalEnd.cut(
            path, size: withBytes { $0.count }, used: used,
            process: RecordingProcess(number: process))
    }
}

extension Failure {
    /// The same, with what may have become of a trace that is not there.
    func pointingToJournals(beside path: String) -> Failure {
        let folder = FilePath.folder(path)
        let prefix = FilePath.name(path) + "."
        let journals = FolderNames(of: folder).filter {
            $0.hasPrefix(prefix) && $0.hasSuffix(JournalName.suffix)
        }
        guard status == .missingInput, let first = journals.first else { return self }
        let others = journals.count == 1 ? "" : " and \(journals.count - 1) more"
        return Failure(
            status,
            """
            \(message); but \(folder)\(first)\(others) is there, of a process that has not \
            written its trace: name it instead, or run 'covtool recover'
            """)
    }
}
