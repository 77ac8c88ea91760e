import DRCov
import Journal
import Trace

/// The formats in which traces are read, a line each.
enum TraceReaders {
    private static let all: [any TraceReader.Type] = [
        DRCovReader.self,
        JournalReader.self,
    ]

    /// The reader of the format that the bytes begin like; nil if they are no trace.
    static func reader(of bytes: Span<UInt8>) -> (any TraceReader.Type)? {
        for reader in all where reader.recognises(bytes) { return reader }
        return nil
    }
}
