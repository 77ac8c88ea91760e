import Coverage
import Reports

extension CoverageReader {
    /// Writes a tracefile of lcov's.
    ///
    /// - Parameters:
    ///   - names: of traces, as ``TraceInputs`` takes them.
    ///   - path: nil and `-` are standard output.
    public func write(_ report: LCOVReport, of names: [String], to path: String?) throws(Failure) {
        let files = try coverage(of: names, hasFunctionEnds: report.format == .indexed).files
        var output = try OutputFile(path)
        report.write(files, to: &output)
        try output.finish()
    }

    /// Writes a JSON document, of all modules of the result.
    ///
    /// - Parameters:
    ///   - names: of traces, as ``TraceInputs`` takes them.
    ///   - path: nil and `-` are standard output.
    public func write(_ report: JSONReport, of names: [String], to path: String?) throws(Failure) {
        let (files, modules) = try coverage(of: names, listsModules: true)
        var output = try OutputFile(path)
        report.write(files, modules: modules, to: &output)
        try output.finish()
    }
}
