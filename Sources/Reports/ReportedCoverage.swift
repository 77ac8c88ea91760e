public import Coverage

/// What reports are made of: one reading of traces, debug information and tracefiles.
public struct ReportedCoverage: Sendable {
    /// The source files, by path.
    public var files: [SourceCoverage.File]
    /// The modules of the traces, the main program first.
    public var modules: [ModuleCoverage]
    /// The functions of the modules, with what was executed of their code; empty where that was not asked for.
    public var functions: [ModuleFunctions]
    /// Whether counts are executions; else they are numbers of runs, at least.
    public var hasCounts: Bool
    /// Whether branches were asked for.
    public var hasBranches: Bool
    /// Whether there are sources that can have labels without code, and that were not read.
    public var hasUnreadSources: Bool
    /// The markers that were followed, by the sources' paths.
    public var markers: [String: ExclusionMarkers]

    /// Makes a value of its fields.
    public init(
        files: [SourceCoverage.File], modules: [ModuleCoverage] = [],
        functions: [ModuleFunctions] = [], hasCounts: Bool = false,
        hasBranches: Bool = false, hasUnreadSources: Bool = false,
        markers: [String: ExclusionMarkers] = [:]
    ) {
        self.files = files
        self.modules = modules
        self.functions = functions
        self.hasCounts = hasCounts
        self.hasBranches = hasBranches
        self.hasUnreadSources = hasUnreadSources
        self.markers = markers
    }
}

/// A report that is one document.
public protocol CoverageDocument: Sendable {
    /// Writes the document.
    func write(_ coverage: ReportedCoverage, to output: inout some TextOutputStream)
}
