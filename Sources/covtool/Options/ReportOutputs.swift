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
                sources as this command. If the file is '-', standard output has it in place of a table.
                """,
            valueName: "form:file"),
        transform: Named.init(text:))
    var named: [Named] = []

    /// The files.
    var paths: [String] { named.map(\.path) }

    /// Makes sure that no two results go to one place.
    ///
    /// - Throws: `ValidationError`.
    static func checkPlaces(_ paths: [String]) throws {
        var named: Set<String> = []
        // What is a device takes what comes.
        for path in paths
        where path == "-" || FilePath.isRegular(path) || FilePath.isFolder(path)
            || !FilePath.exists(path)
        {
            let folder = FilePath.folder(path)
            let place =
                path == "-" || FilePath.exists(path)
                ? FilePath.absolute(path)
                : FilePath.absolute(folder.isEmpty ? "." : folder) + "/" + FilePath.name(path)
            guard named.insert(place).inserted else {
                throw ValidationError(
                    "\(path): is named for two results; give each a file of its own")
            }
        }
    }

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
