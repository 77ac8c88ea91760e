import ArgumentParser
import Coverage
import CovtoolKit
import Reports

struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Print sources with how often each line was executed.",
        discussion: """
            Each line is printed as 'LINE|COUNT|TEXT'. Lines that were missed have ##### as count, \
            lines without code have none. Sources are read below the folders that --source-root \
            names. For other sources, lines with code are printed without text.
            """)

    @OptionGroup var input: TraceOptions
    @OptionGroup var elf: ElfOptions
    @OptionGroup var sources: SourceOptions
    @OptionGroup var naming: FunctionOptions

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "Print only source files that match, with patterns as for --include; can be repeated.",
            valueName: "glob"))
    var file: [String] = []

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "Print only functions of this name (with or without parameters, or the linker's name); can be repeated.",
            valueName: "name"))
    var function: [String] = []

    @OptionGroup var style: StyleOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let all = try CoverageReader(input, elf, sources, naming.parts)
            .coverage(of: input.names, hasFunctionEnds: !function.isEmpty)
        let folder = FilePath.workingFolder
        let globs = file.map { PathGlob($0, in: folder) }
        let known = all.files.filter(\.isSource)
        guard !known.isEmpty || all.files.isEmpty else {
            throw Failure(
                .badData, "there is no source with lines to show: that needs debug information")
        }
        let selection = sources.rules.selection
        func matches(_ glob: PathGlob, _ file: SourceCoverage.File) -> Bool {
            glob.matches(selection.whole(file.path))
        }
        let wanted = known.filter { file in
            globs.isEmpty || globs.contains { matches($0, file) }
        }
        for glob in globs where !known.contains(where: { matches(glob, $0) }) {
            try input.merging.warnings.asErrors(if: wanted.isEmpty).warn(
                "--file '\(glob.text)' matches no source file that has code")
        }
        var listing = SourceListing()
        listing.style = style.style(for: output.output)
        var reader = ShownSources(
            try SourceFolders(sources.sourceRoot), built: elf.elf.built(all.modules))
        let shown = wanted.compactMap { found in parts(of: found).map { (found, $0) } }
        for name in function
        where !wanted.contains(where: { $0.functions.contains { $0.isCalled(name) } }) {
            try input.merging.warnings.asErrors(if: shown.isEmpty).warn(
                "--function '\(name)': no function of this name has code")
        }
        try output.write(isStyled: true) { output in
            for (index, (found, parts)) in shown.enumerated() {
                if index > 0 { output.write("\n") }
                listing.write(
                    found, source: reader.bytes(of: found), parts: function.isEmpty ? nil : parts,
                    to: &output)
            }
        }
        reader.sayWhatIsMissing()
    }

    /// The lines of the functions that are wanted, nil where the file has none of them.
    private func parts(of file: SourceCoverage.File) -> [ClosedRange<Int>]? {
        guard !function.isEmpty else { return [] }
        let functions = file.functions.filter { function.contains(where: $0.isCalled) }
        var parts: [ClosedRange<Int>] = []
        for function in functions where function.line > 0 {
            let part = function.line...max(function.line, function.endLine)
            if let last = parts.last, last.overlaps(part) {
                parts[parts.count - 1] = last.lowerBound...max(last.upperBound, part.upperBound)
            } else {
                parts.append(part)
            }
        }
        return parts.isEmpty ? nil : parts
    }
}

extension SourceCoverage.Function {
    /// Whether this is its name, with or without parameters, or the linker's.
    fileprivate func isCalled(_ text: String) -> Bool {
        text == name || text == linkageName || name.hasPrefix(text + "(")
    }
}
