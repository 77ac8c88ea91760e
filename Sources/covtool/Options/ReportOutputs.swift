import ArgumentParser
import CovtoolKit

/// A result by its form's name, and where it goes: `lcov:cov.info`.
struct NamedOutput<Form: CaseIterable & RawRepresentable<String> & Sendable>: Sendable {
    let form: Form
    let path: String

    /// - Throws: `ValidationError`.
    init(text: String) throws {
        guard let colon = text.firstIndex(of: ":"),
            let form = Form(rawValue: String(text[..<colon])),
            text.index(after: colon) < text.endIndex
        else {
            let forms = Form.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("'\(text)' is not FORM:FILE, with one of these forms: \(forms)")
        }
        (self.form, path) = (form, String(text[text.index(after: colon)...]))
    }
}

/// Where the table of a command goes that has other outputs, too.
struct TableOptions: ParsableArguments {
    @Option(
        name: .customShort("o"),
        help: ArgumentHelp(
            "Write the table to this file, completely or not at all.", valueName: "file"),
        completion: .file())
    var table: String?

    /// Whether there is a table: on standard output, it gives way to another output that goes there.
    ///
    /// - Parameter paths: where other outputs go.
    func isWanted(besides paths: [String]) -> Bool { table != nil || !paths.contains("-") }

    /// All places.
    ///
    /// - Parameter paths: where other outputs go.
    func places(with paths: [String]) -> [String] { paths + [table].compactMap(\.self) }
}

/// Reports beside a command's own result, of the same reading.
struct ReportOutputs: ParsableArguments {
    @Option(
        name: .customLong("output"), parsing: .singleValue,
        help: ArgumentHelp(
            "Also write a report: \(ReportForm.names), a colon, and a file; can be repeated.",
            discussion: """
                It is what the command of that name writes, with the same options for ELF files and \
                sources as this command. If the file is '-', standard output has it in place of a table.
                """,
            valueName: "form:file"),
        transform: NamedOutput.init(text:))
    var named: [NamedOutput<ReportForm>] = []

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
            let target = path == "-" ? path : FilePath.destination(path)
            let folder = FilePath.folder(target)
            let place =
                path == "-" || FilePath.exists(path)
                ? target
                : FilePath.absolute(folder.isEmpty ? "." : folder) + "/" + FilePath.name(target)
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
