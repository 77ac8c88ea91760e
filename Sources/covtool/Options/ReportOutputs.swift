import ArgumentParser
import CovtoolKit

/// Reports beside a command's own result, of the same reading.
struct ReportOutputs: ParsableArguments {
    /// A report by its form's name, and where it goes: `lcov:cov.info`.
    struct Named: Sendable {
        let form: ReportForm
        let path: String

        /// - Throws: `ValidationError`.
        init(text: String) throws {
            let forms = ReportForm.allCases.map(\.rawValue)
            guard let colon = text.firstIndex(of: ":"),
                let form = ReportForm(rawValue: String(text[..<colon])),
                text.index(after: colon) < text.endIndex
            else {
                throw ValidationError(
                    "'\(text)' is not FORM:FILE, with one of these forms: \(forms.joined(separator: ", "))"
                )
            }
            (self.form, path) = (form, String(text[text.index(after: colon)...]))
        }
    }

    @Option(
        name: .customLong("output"), parsing: .singleValue,
        help: ArgumentHelp(
            "Also write a report: \(ReportForm.names), a colon, and a file; can be repeated.",
            discussion: """
                It is what the command of that name writes, with the same options for ELF files and \
                sources as this command.
                """,
            valueName: "form:file"),
        transform: Named.init(text:))
    var named: [Named] = []

    /// The files.
    var paths: [String] { named.map(\.path) }

    /// Makes sure that all can be written.
    func check() throws(Failure) {
        for target in targets { try target.check() }
    }

    /// The reports, and where they go.
    var targets: [ReportTarget] { named.map { ReportTarget($0.form.standard, to: $0.path) } }
}

extension ReportForm {
    /// All names, as a sentence has them.
    fileprivate static var names: String {
        let names = allCases.map { "'\($0.rawValue)'" }
        return names.dropLast().joined(separator: ", ") + " or " + names[names.count - 1]
    }
}
