import Coverage
import DebugInfo
import Reports
import Trace

/// lcov's tracefiles, and the documents of `covtool json`, as inputs of a report.
struct Tracefiles {
    /// What they have, in the order in which they were named.
    private(set) var files: [SourceCoverage.File] = []

    /// - Parameters:
    ///   - paths: `-` is standard input; gzip's files are inflated.
    ///   - parts: whether names are wanted as people write them.
    /// - Throws: ``Failure`` if one cannot be read, is none, or is damaged and that is an error.
    init(_ paths: [String], _ parts: LineTableParts, _ warnings: Warnings) throws(Failure) {
        for path in paths { files += try Tracefiles.read(path, parts, warnings) }
    }

    private static func read(_ path: String, _ parts: LineTableParts, _ warnings: Warnings)
        throws(Failure) -> [SourceCoverage.File]
    {
        let bytes = try FileBytes(path: path)
        var damage = FileDamage(path: FilePath.said(path), warnings)
        if let place = bytes.compressionDamage {
            damage.add(Diagnosis(CompressionDamage.badStream, at: .byte(place)))
        }
        var files: [SourceCoverage.File]
        do throws(ReadError) {
            files = try bytes.withBytes { bytes throws(ReadError) in
                guard !JSONReportReader.recognises(bytes) else {
                    return try JSONReportReader.read(bytes.array)
                }
                return try TracefileReader.read(bytes) { damage.add($0) }
            }
        } catch {
            throw bytes.failure(path, error)
        }
        try damage.check()
        damage.messages.forEach { warnings.warnAnyway($0) }
        guard parts.contains(.readableNames) else { return files }
        for file in files.indices {
            for index in files[file].functions.indices {
                let name = files[file].functions[index].linkageName
                files[file].functions[index].name = Demangler.readable(name)
            }
        }
        return files
    }
}
