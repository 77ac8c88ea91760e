import Coverage

/// What `covtool info` says of traces, as text or as a JSON document.
public struct TraceInfo {
    private let selection: ModuleSelection
    private let warnings: Warnings
    private let listsBlocks: Bool
    private var document: InfoJSON?
    /// The paths of the modules that were looked at, and of those that were not.
    private var found: (taken: Set<String>, unwanted: Set<String>) = ([], [])

    /// - Parameters:
    ///   - selection: which modules are looked at.
    ///   - listsBlocks: whether each block is listed.
    ///   - isJSON: whether a document is written, and not text.
    public init(
        _ selection: ModuleSelection = ModuleSelection(), listsBlocks: Bool = false,
        isJSON: Bool = false, warnings: Warnings
    ) {
        self.selection = selection
        self.warnings = warnings
        self.listsBlocks = listsBlocks
        document = isJSON ? InfoJSON(listsBlocks: listsBlocks) : nil
    }

    /// Writes what the trace at a path holds.
    ///
    /// - Throws: ``Failure`` where it is no trace, or is damaged and that is an error.
    public mutating func write(_ path: String, to output: inout OutputFile) throws(Failure) {
        let trace = try CheckedTrace(path: path, selection, warnings)
        found.taken.formUnion(trace.modulePaths.taken)
        found.unwanted.formUnion(trace.modulePaths.unwanted)
        try trace.report(warnings)
        for (number, summary) in trace.summaries.enumerated() {
            let dump = trace.dumps.isEmpty ? nil : trace.dumps[number]
            trace.file.withBytes { bytes in
                if document != nil {
                    document?.write(summary, dump, path: path, in: bytes, to: &output)
                } else {
                    InfoText.write(
                        summary, dump, number: number, of: trace.summaries.count, path: path,
                        to: &output)
                    if listsBlocks { InfoText.writeBlocks(summary, in: bytes, to: &output) }
                }
            }
        }
    }

    /// Ends the document, and says which patterns match no module.
    ///
    /// - Throws: ``Failure`` where no module is left, or a pattern matches nothing and that is an error.
    public mutating func end(to output: inout OutputFile) throws(Failure) {
        document?.end(to: &output)
        try selection.check(found, warnings)
    }
}
