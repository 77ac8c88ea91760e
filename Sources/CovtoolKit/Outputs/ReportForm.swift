public import Reports

/// The forms that reports have, by the names that `--output FORM:PATH` gives them. Each has a command of that name.
public enum ReportForm: String, CaseIterable, Sendable {
    /// lcov's tracefile.
    case lcov
    /// covtool's own document.
    case json
    /// Pages for a browser, in a folder.
    case html
    /// Cobertura's XML.
    case cobertura
    /// SonarQube's generic XML.
    case sonar
    /// Codecov's JSON.
    case codecov
    /// What llvm-cov exports.
    case llvmJSON = "llvm-json"
    /// A summary.
    case markdown

    /// The report that the form's command writes if no option says otherwise.
    public var standard: any CoverageReport {
        switch self {
        case .lcov: LCOVReport()
        case .json: JSONReport()
        case .html: HTMLReport()
        case .cobertura: CoberturaReport()
        case .sonar: SonarReport()
        case .codecov: CodecovReport()
        case .llvmJSON: LLVMReport()
        case .markdown: MarkdownReport()
        }
    }
}

extension SonarReport: CoverageReport {}
extension CodecovReport: CoverageReport {}
extension MarkdownReport: CoverageReport {}

extension LLVMReport: CoverageReport {
    /// Regions of functions end there.
    public var hasFunctionEnds: Bool { true }
}
