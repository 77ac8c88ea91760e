import DRCov
import Journal

extension Dump {
    /// The path of the module that stands first, which is the program.
    var program: [UInt8] { modules.first?.path ?? [] }
}

/// A file with recordings: drcov, or a journal.
struct TraceFile: ~Copyable {
    /// The file's path, or `-` for standard input.
    let path: String
    /// What it holds.
    let dumps: [Dump]
    /// What a journal's process had to say when nobody could hear it.
    let messages: [String]
    private let file: FileBytes

    /// The process that has recorded, where the file is a journal of its blocks.
    var journalProcess: UInt32? {
        file.withBytes { bytes in
            JournalReader.holdsMessagesAlone(bytes) ? nil : JournalReader.process(bytes)
        }
    }

    /// The number of its bytes.
    var size: Int { file.withBytes { $0.count } }

    /// Opens and reads `path`; `diagnose` is called for each thing that is damaged.
    ///
    /// - Parameter buffer: what a small file is read into, of use until the next one is.
    init(path: String, buffer: ReadBuffer? = nil, diagnose: (Diagnosis) -> Void) throws(Failure) {
        let file = try TraceFile.open(path, buffer)
        if let damage = file.compressionDamage {
            diagnose(Diagnosis(.badStream, at: .byte(damage)))
        }
        let dumps: [Dump]
        if file.isJournal {
            dumps = [try Dump(journal: file, path: path)]
            file.cutJournal(path)
        } else {
            do throws(ReadError) {
                dumps = try file.withBytes { bytes throws(ReadError) in
                    try Reader.read(bytes, diagnose: diagnose)
                }
            } catch {
                throw Failure(.badData, "\(path): \(error.text)")
            }
        }
        (self.path, self.dumps) = (path, dumps)
        messages = file.journalMessages(path)
        self.file = file
    }

    /// Whether the file at `path` begins as a trace does.
    static func isTrace(_ path: String) -> Bool {
        guard let beginning = try? FileBytes.beginning(of: path) else { return false }
        return isRecording(beginning.span)
    }

    /// Whether bytes begin as a trace or a journal does.
    static func isRecording(_ bytes: Span<UInt8>) -> Bool {
        JournalReader.isJournal(bytes) || Reader.isDRCov(bytes)
    }

    private static func open(_ path: String, _ buffer: ReadBuffer?) throws(Failure) -> FileBytes {
        do throws(Failure) {
            return try FileBytes(path: path, buffer: buffer, isWanted: isRecording)
        } catch {
            throw error.pointingToJournals(beside: path)
        }
    }

    /// Whether the file is compressed; its bytes are not.
    var isCompressed: Bool { file.isCompressed }

    /// Calls `body` with all bytes, in which the dumps' blocks stand.
    func withBytes<Result, E: Error>(_ body: (Span<UInt8>) throws(E) -> Result) throws(E) -> Result
    {
        try file.withBytes(body)
    }
}
