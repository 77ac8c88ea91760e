import ArgumentParser
import Coverage
import CovtoolKit
import Reports

struct Patch: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "patch",
        abstract: "Print which of the lines that a change adds or edits were executed.",
        discussion: """
            The traces are of the version with the change. A line without code that a statement goes on \
            in counts as the statement's line, if the source can be read (--source-root).
            """)

    @OptionGroup var changes: ChangeOptions
    @OptionGroup var input: CoverageOptions
    @OptionGroup var elf: ElfOptions
    @OptionGroup var sources: SourceOptions

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "End with exit status 1 if a smaller percentage of the change's lines is hit.",
            discussion: "A change without a line of code passes.", valueName: "percent"),
        transform: Percentage.argument)
    var failUnderPatch: Percentage?

    @OptionGroup var annotations: AnnotationOptions
    @OptionGroup var style: StyleOptions
    @OptionGroup var outputs: PatchOutputs

    func validate() throws {
        try StandardInputUse.check(input.inputs + [changes.diff].compactMap(\.self))
        try annotations.check(besides: outputs.named)
    }

    func run() throws {
        let patch = try CoverageReader(input, elf, sources, .coverage)
            .patch(changes.source, of: input.names)
        try outputs.write(patch, style)
        let error = failUnderPatch.flatMap { shortfall(of: patch.lineCount, $0) }
        try annotations.write(
            missed: GitHubAnnotations.missed(patch), errors: [error].compactMap(\.self),
            sources.rules)
        if error != nil { throw ExitCode(1) }
    }

    /// Says what comes of the gate; nil if it is passed.
    private func shortfall(of count: SourceCoverage.Count, _ share: Percentage) -> String? {
        let option = "--fail-under-patch \(share.text)"
        let needed = share.least(of: count.found)
        if count.found == 0 {
            Diagnostics.say("gate: \(option): passed, since no line of code was changed")
            return nil
        }
        guard count.hit < needed else { return nil }
        let text = """
            \(option): \(count.hit) of \(count.found) lines hit (\(Percent.text(count))), \
            \(needed) needed: \(needed - count.hit) too few
            """
        Diagnostics.say("gate: \(text)")
        return text
    }
}

/// What is written of a change's lines.
struct PatchOutputs: ParsableArguments {
    /// A document's form.
    enum Form: String, CaseIterable, Sendable {
        case json, markdown
    }

    @OptionGroup var place: TableOptions

    @Option(
        name: .customLong("output"), parsing: .singleValue,
        help: ArgumentHelp(
            "Also write 'json' or 'markdown', a colon, and a file; can be repeated.",
            discussion: "If the file is '-', standard output has it in place of the table.",
            valueName: "form:file"),
        transform: NamedOutput.init(text:))
    var named: [NamedOutput<Form>] = []

    private var paths: [String] { named.map(\.path) }

    func validate() throws { try ReportOutputs.checkPlaces(place.places(with: paths)) }

    func write(_ patch: PatchCoverage, _ style: StyleOptions) throws(Failure) {
        for target in named {
            var output = try OutputFile(target.path)
            switch target.form {
            case .json: JSONPatch.write(patch, to: &output)
            case .markdown: MarkdownPatch.write(patch, to: &output)
            }
            try output.finish()
        }
        guard place.isWanted(besides: paths) else { return }
        var report = TextPatch()
        report.style = style.style(for: place.table)
        var output = try OutputFile(place.table, isStyled: true)
        report.write(patch, to: &output)
        try output.finish()
    }
}
