import DRCov
import ForeignTraces
import Journal
import Trace

/// A file with recordings, in whichever format.
public struct TraceFile: ~Copyable {
    /// The file's path, or `-` for standard input.
    let path: String
    /// What kind of file it is.
    let format: TraceFormat
    /// What it holds.
    let recordings: [Recording]
    /// What a journal's process had to say when nobody could hear it.
    let messages: [String]
    private let file: FileBytes

    /// The process that has recorded, where the file is a journal of its blocks.
    var journalProcess: UInt32? {
        file.withBytes { bytes in
            JournalReader.holdsMessagesAlone(bytes) ? nil : JournalReader.process(bytes)
        }
    }

    /// Whether it says of any block how often that was executed.
    var hasCounts: Bool { recordings.contains { $0.counts != nil } }

    /// The number of its bytes.
    var size: Int { file.withBytes { $0.count } }

    /// Opens and reads `path`; `diagnose` is called for each thing that is damaged.
    ///
    /// - Parameter buffer: what a small file is read into, of use until the next one is.
    init(path: String, buffer: ReadBuffer? = nil, diagnose: (Diagnosis) -> Void) throws(Failure) {
        let file = try TraceFile.open(path, buffer)
        if let damage = file.compressionDamage {
            diagnose(Diagnosis(CompressionDamage.badStream, at: .byte(damage)))
        }
        // Of what is no trace it is said why it is not drcov.
        let reader = file.withBytes(TraceReaders.reader) ?? DRCovReader.self
        do throws(ReadError) {
            let found = try file.withBytes { bytes throws(ReadError) in
                try reader.read(bytes, diagnose: diagnose)
            }
            recordings = reader.completed(found, fileName: Array(FilePath.name(path).utf8))
        } catch {
            throw file.failure(path, error)
        }
        if reader.format == .journal { file.cutJournal(path) }
        format = reader.format
        self.path = path
        messages = file.journalMessages(path)
        self.file = file
    }

    /// Whether the file at `path` begins as a trace does.
    public static func isTrace(_ path: String) -> Bool {
        guard let beginning = try? FileBytes.beginning(of: path) else { return false }
        return isRecording(beginning.span)
    }

    /// Whether bytes begin as a trace does.
    static func isRecording(_ bytes: Span<UInt8>) -> Bool {
        TraceReaders.reader(of: bytes) != nil
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

    /// Calls `body` with all bytes, in which the recordings' blocks stand.
    func withBytes<Result, E: Error>(_ body: (Span<UInt8>) throws(E) -> Result) throws(E)
        -> Result
    {
        try file.withBytes(body)
    }
}

/// What is wrong with the stream that a file was compressed into.
enum CompressionDamage: Damage {
    /// It is damaged at the place, a byte of the compressed file.
    case badStream

    var text: String { "the gzip stream is damaged or ends early" }
    var treatment: String { "what is there is used" }
}

/// The formats in which traces are read, a line each.
enum TraceReaders {
    private static let all: [any TraceReader.Type] = [
        DRCovReader.self,
        JournalReader.self,
        SancovReader.self,
        GNATcoverageReader.self,
        RenodeReader.self,
        EtraceReader.self,
        QEMULogReader.self,
        BranchStackReader.self,
        ModuleOffsetReader.self,
        AddressListReader.self,
    ]

    /// The reader of the format that the bytes begin like; nil if they are no trace.
    static func reader(of bytes: Span<UInt8>) -> (any TraceReader.Type)? {
        for reader in all where reader.recognises(bytes) { return reader }
        return nil
    }
}
