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
            in counts as the statement's line, if the source can be read (--source-root). With \
            --branch-coverage, the ways that conditions of these lines never went are listed, too.
            """)

    @OptionGroup var changes: ChangeOptions
    @OptionGroup var input: CoverageOptions
    @OptionGroup var elf: ElfOptions
    @OptionGroup var sources: SourceOptions
    @OptionGroup var branches: BranchOptions

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "End with exit status 1 if a smaller percentage of the change's lines is hit.",
            discussion: "A change without a line of code passes.", valueName: "percent"),
        transform: Percentage.argument)
    var failUnderPatch: Percentage?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "End with exit status 1 if a smaller percentage of the branches of the change's lines is taken.",
            discussion:
                "It implies --branch-coverage. A change without a branch passes.",
            valueName: "percent"),
        transform: Percentage.argument)
    var failUnderBranches: Percentage?

    @OptionGroup var annotations: AnnotationOptions
    @OptionGroup var style: StyleOptions
    @OptionGroup var outputs: PatchOutputs

    func validate() throws {
        try StandardInputUse.check(input.inputs + [changes.diff].compactMap(\.self))
        try annotations.check(besides: outputs.named)
    }

    func run() throws {
        let patch = try CoverageReader(
            input, elf, sources, .coverage,
            branches: branches.choice(isNeeded: failUnderBranches != nil)
        ).patch(changes.source, of: input.names)
        try outputs.write(patch, style)
        let errors = [
            failUnderPatch.flatMap {
                shortfall(
                    of: patch.lineCount, "--fail-under-patch \($0.text)", $0,
                    ("line of code", "lines"))
            },
            failUnderBranches.flatMap {
                shortfall(
                    of: patch.branchCount.known, "--fail-under-branches \($0.text)", $0,
                    ("line with branches", "branches"))
            },
        ].compactMap(\.self)
        try annotations.write(
            missed: GitHubAnnotations.missed(patch), errors: errors, sources.rules)
        if !errors.isEmpty { throw ExitCode(1) }
    }

    /// Says what comes of a gate; nil if it is passed.
    ///
    /// - Parameter words: for what would have to be changed, and for what is counted.
    private func shortfall(
        of count: SourceCoverage.Count, _ option: String, _ share: Percentage,
        _ words: (changed: String, counted: String)
    ) -> String? {
        let needed = share.least(of: count.found)
        if count.found == 0 {
            Diagnostics.say("gate: \(option): passed, since no \(words.changed) was changed")
            return nil
        }
        guard count.hit < needed else { return nil }
        let text = """
            \(option): \(count.hit) of \(count.found) \(words.counted) hit (\(Percent.text(count))), \
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
