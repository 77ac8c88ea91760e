import Coverage
import Reports
import Trace

/// lcov's tracefiles.
enum TracefileCheck {
    /// Reads the bytes, writes what was read, and reads that.
    static func check(_ bytes: Span<UInt8>) {
        guard let first = files(bytes) else { return }
        var text = ""
        LCOVReport().write(ReportedCoverage(files: first), to: &text)
        let written = Array(text.utf8)
        let second = files(written.span) ?? []
        precondition(
            first.map(\.lines) == second.map(\.lines), "a tracefile of ours is read as another")
    }

    private static func files(_ bytes: Span<UInt8>) -> [SourceCoverage.File]? {
        var coverage = SourceCoverage()
        do throws(ReadError) {
            let files = try TracefileReader.read(bytes) { diagnosis in
                precondition(isInside(diagnosis.position, bytes), "a position outside the file")
            }
            coverage.add(files)
        } catch {
            precondition(isInside(error.position, bytes), "a position outside the file")
            return nil
        }
        return coverage.files
    }
}
