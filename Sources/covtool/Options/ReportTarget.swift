import ArgumentParser
import CovtoolKit
import DRCov
import Reports

/// A report that is written beside a command's own result, and where it goes: `lcov:cov.info`.
struct ReportTarget {
    /// What a report is.
    enum Form: String, CaseIterable {
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
    ///   - reader: without what is to be read of debug information beside lines.
    ///   - naming: how functions are named in forms for people.
    func write(from trace: String, _ reader: CoverageReader, _ naming: FunctionOptions)
        throws(Failure)
    {
        var reader = reader
        switch form {
        case .lcov:
            reader.parts = LCOV.parts(hasInlinedFunctions: naming.inlinedFunctions)
            try reader.write(LCOVReport(), of: [trace], to: path)
        case .json:
            reader.parts = naming.parts
            try reader.write(JSONReport(), of: [trace], to: path)
        case .drcov:
            let sum = try reader.merging.sum(of: [trace])
            sum.facts.tellCountsLeftOut(
                "'covtool drcov --counts' keeps them", reader.merging.warnings)
            try sum.profile().write(to: path, warnings: reader.merging.warnings)
        }
    }
}
