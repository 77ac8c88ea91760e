import Reports

/// The forms that reports have, by the names that `--output FORM:PATH` gives them. Each has a command of that name.
public enum ReportForm: String, CaseIterable, Sendable {
    /// lcov's tracefile.
    case lcov
    /// covtool's own document.
    case json
    /// Pages for a browser, in a folder.
    case html

    /// The report that the form's command writes if no option says otherwise.
    public var standard: any CoverageReport {
        switch self {
        case .lcov: LCOVReport()
        case .json: JSONReport()
        case .html: HTMLReport()
        }
    }
}
