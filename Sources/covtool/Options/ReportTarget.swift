import ArgumentParser
import CovtoolKit
import DRCov
import DebugInfo
import Reports

/// A report that is written beside a command's own result, and where it goes: `lcov:cov.info`.
struct ReportTarget: Sendable {
    /// What a report is.
    enum Form: String, CaseIterable, Sendable {
        case lcov, json, drcov
    }

    let form: Form
    let path: String

    /// - Throws: `ValidationError`.
    init(text: String) throws {
        let forms = Form.allCases.map(\.rawValue)
        guard let colon = text.firstIndex(of: ":"),
            let form = Form(rawValue: String(text[..<colon])),
            text.index(after: colon) < text.endIndex
        else {
            throw ValidationError(
                "'\(text)' is not FORM:FILE, with one of these forms: \(forms.joined(separator: ", "))"
            )
        }
        (self.form, path) = (form, String(text[text.index(after: colon)...]))
    }

    /// Writes what the command that is called like the form writes.
    ///
    /// - Parameters:
    ///   - reader: with what forms for people have beside lines.
    ///   - linkerParts: what a tracefile has.
    func write(from trace: String, _ reader: CoverageReader, linkerParts: LineTableParts)
        throws(Failure)
    {
        switch form {
        case .lcov:
            var reader = reader
            reader.parts = linkerParts
            try reader.write(LCOVReport(), of: [trace], to: path)
        case .json: try reader.write(JSONReport(), of: [trace], to: path)
        case .drcov:
            let sum = try reader.merging.sum(of: [trace])
            sum.facts.tellCountsLeftOut(
                "'covtool drcov --counts' keeps them", reader.merging.warnings)
            try sum.profile().write(to: path, warnings: reader.merging.warnings)
        }
    }
}

/// Reports that are written of a merged trace, once or again and again.
struct RunReports: Sendable {
    let targets: [ReportTarget]
    let reader: CoverageReader
    let linkerParts: LineTableParts

    /// - Parameter isSilent: whether nothing is said that is no error.
    func write(from trace: String, isSilent: Bool = false) throws(Failure) {
        var reader = reader
        if isSilent { reader.merging.warnings = Diagnostics.silent }
        for target in targets {
            try target.write(from: trace, reader, linkerParts: linkerParts)
        }
    }
}
