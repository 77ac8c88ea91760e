import Coverage

/// The lines of a source as a part of a page.
///
/// They are items of numbered lists, which need no ends, of the count, if there is code, and the text. Those have
/// anchors that this page, or another one, has links to; the script finds all others. So a line takes four bytes
/// beside its text, with code about twelve. The lists are short, so that a browser need not lay out those that are
/// not in sight.
struct SourceLines {
    private let file: SourceCoverage.File
    private let source: [UInt8]?
    private let idPrefix: String
    private let language: SourceLanguage?
    /// How many lines the source has.
    private let count: Int
    /// The lines at which missed ones begin.
    private let missed: [Int]
    /// The lines that are not as they were in a baseline, and where those of one category begin.
    private let changed: [(line: Int, category: DifferenceCategory, isFirst: Bool)]

    /// - Parameters:
    ///   - source: what the file holds; nil where it is not there.
    ///   - changes: what became of a baseline's lines.
    ///   - idPrefix: what stands before the anchors of lines.
    init(
        _ file: SourceCoverage.File, _ source: [UInt8]?,
        _ changes: [DifferentialCoverage.Line] = [],
        idPrefix: String
    ) {
        self.file = file
        self.source = source
        self.idPrefix = idPrefix
        language = SourceLanguage.of(file.path)
        count = source.map(SourceText.lineCount) ?? 0
        var (missed, isMissing): ([Int], Bool) = ([], false)
        for line in file.lines {
            if line.hits == 0, !isMissing { missed.append(line.line) }
            isMissing = line.hits == 0
        }
        self.missed = missed
        var changed: [(line: Int, category: DifferenceCategory, isFirst: Bool)] = []
        for change in changes where !change.category.isSame {
            guard let line = change.line else { continue }
            let last = changed.last
            let isFirst = last?.category != change.category || last?.line != line - 1
            changed.append((line, change.category, isFirst))
        }
        self.changed = changed
    }

    /// The first line that was missed.
    var firstMissed: Int? { missed.first }

    /// Whether there is a line to link to.
    func has(line: Int) -> Bool {
        line > 0 && (line <= count || source == nil || index(of: line) != nil)
    }

    /// The lines of a function that have code.
    func lines(of function: SourceCoverage.Function) -> SourceCoverage.Count {
        guard function.line > 0, function.endLine >= function.line else {
            return SourceCoverage.Count()
        }
        let lines = file.lines[lowerBound(function.line)..<lowerBound(function.endLine + 1)]
        return SourceCoverage.Count(found: lines.count, hit: lines.count { $0.hits > 0 })
    }

    private func index(of line: Int) -> Int? {
        let index = lowerBound(line)
        return index < file.lines.count && file.lines[index].line == line ? index : nil
    }

    private func lowerBound(_ line: Int) -> Int {
        var (low, high) = (0, file.lines.count)
        while low < high {
            let middle = (low + high) / 2
            if file.lines[middle].line < line { low = middle + 1 } else { high = middle }
        }
        return low
    }

    // MARK: Writing

    /// Where the writing is.
    private struct State {
        var line = 0
        /// The next one of the file's lines, and of its functions, that is not written.
        var (known, function) = (0, 0)
        /// The next one of `missed`.
        var run = 0
        /// The next one of `changed`.
        var change = 0
        /// The branches of the lines that are not written.
        var branches = BranchWalk([])
        /// How many lines the list has that is being written.
        var listed = 0
    }

    /// How many lines a list has; the style knows it too.
    private static let linesInList = 500

    /// Writes all lines.
    func write(to page: inout PageBuffer) {
        let digits = max(
            count, file.lines.last?.line ?? 0, file.functions.last?.line ?? 0,
            changed.last?.line ?? 0)
        let hits = file.lines.reduce(0) { max($0, $1.hits) }
        page.add("<div class=\"code n")
        page.add(min(20, max(3, String(digits).utf8.count)))
        page.add(" c")
        page.add(min(20, max(3, String(hits).utf8.count)))
        if !changed.isEmpty { page.add(" changed") }
        page.add("\" translate=no><div><ol>")
        var state = State()
        state.branches = BranchWalk(file.branches)
        // Functions that symbols alone tell of.
        while state.function < file.functions.count, file.functions[state.function].line <= 0 {
            state.function += 1
        }
        if let source { writeText(source.span, &state, to: &page) }
        writeRest(&state, to: &page)
        page.add("</ol></div></div>")
    }

    private func writeText(_ source: Span<UInt8>, _ state: inout State, to page: inout PageBuffer) {
        var highlighter = language.map { SourceHighlighter($0) }
        // A mark of the encoding is no part of the text.
        var start =
            source.count >= 3 && source[0] == 0xEF && source[1] == 0xBB && source[2] == 0xBF ? 3 : 0
        while state.line < count {
            var end = start
            while end < source.count, source[end] != UInt8(ascii: "\n") { end += 1 }
            state.line += 1
            writeStart(&state, isNumbered: false, to: &page)
            let isCRLF = end > start && source[end - 1] == UInt8(ascii: "\r")
            let text = source.extracting(start..<(isCRLF ? end - 1 : end))
            if highlighter == nil {
                SourceText.write(text, 0..<text.count, to: &page)
            } else {
                highlighter?.write(text, to: &page)
            }
            writeInstances(&state, to: &page)
            start = end + 1
        }
    }

    /// Lines that have code, those that have changed, and those where functions begin, behind the source's end or
    /// without a source.
    private func writeRest(_ state: inout State, to page: inout PageBuffer) {
        while true {
            let known = state.known < file.lines.count ? file.lines[state.known].line : nil
            let function =
                source == nil && state.function < file.functions.count
                ? file.functions[state.function].line : nil
            while state.change < changed.count, changed[state.change].line <= state.line {
                state.change += 1
            }
            let change = state.change < changed.count ? changed[state.change].line : nil
            guard let line = [known, function, change].compactMap(\.self).min() else { break }
            state.line = line
            writeStart(&state, isNumbered: true, to: &page)
            if function == line {
                page.add("<i>")
                page.add(text: file.functions[state.function].name)
                page.add("</i>")
            }
            writeInstances(&state, to: &page)
        }
    }

    /// Writes a line up to its text.
    ///
    /// - Parameter isNumbered: whether its number does not come of the line before.
    private func writeStart(_ state: inout State, isNumbered: Bool, to page: inout PageBuffer) {
        let line = state.line
        if state.listed == SourceLines.linesInList {
            page.add("</ol></div>\n<div><ol start=")
            page.add(line)
            page.add(">")
            state.listed = 0
        }
        state.listed += 1
        var hits: Int?
        if state.known < file.lines.count, file.lines[state.known].line == line {
            hits = file.lines[state.known].hits
            state.known += 1
        }
        let isFirstMissed = state.run < missed.count && missed[state.run] == line
        let hasFunction =
            state.function < file.functions.count && file.functions[state.function].line == line
        while state.change < changed.count, changed[state.change].line < line { state.change += 1 }
        let change = state.change < changed.count ? changed[state.change] : nil
        let isChanged = change?.line == line
        let isAnchor = isFirstMissed || hasFunction || isChanged && change?.isFirst == true
        if isAnchor || isNumbered {
            page.add("<li")
            if isAnchor {
                page.add(" id=")
                page.add(text: idPrefix)
                page.add("L")
                page.add(line)
            }
            if isNumbered {
                page.add(" value=")
                page.add(line)
            }
            page.add(">")
        } else {
            page.add("<li>")
        }
        if let hits { write(hits, isFirstMissed: isFirstMissed, &state, to: &page) }
        if let change, isChanged { page.add(label: change.category) }
    }

    /// Writes a line's count.
    private func write(
        _ hits: Int, isFirstMissed: Bool, _ state: inout State, to page: inout PageBuffer
    ) {
        if hits > 0 {
            page.add("<u>")
            page.add(hits)
            page.add("</u>")
            return
        }
        guard isFirstMissed else { return page.add("<a>0</a>") }
        // A link to the next missed lines, from the last ones to the first.
        state.run += 1
        page.add("<a href=#")
        page.add(text: idPrefix)
        page.add("L")
        page.add(missed[state.run < missed.count ? state.run : 0])
        page.add(">0</a>")
    }

    /// Writes of a line's conditions how many of their ways were taken, and which were not.
    private func writeBranches(
        _ branches: ArraySlice<SourceCoverage.Branch>, to page: inout PageBuffer
    ) {
        let count = SourceCoverage.Branch.counts(branches).known
        let remarks = BranchText.remarks(branches)
        guard !remarks.isEmpty, branches.contains(where: \.isReached) else { return }
        page.add("<details><summary>")
        page.add(count.hit)
        page.add(" of ")
        page.add(count.found)
        page.add(" branches taken</summary><ul>")
        for remark in remarks {
            page.add("<li>")
            page.add(text: remark)
        }
        page.add("</ul></details>")
    }

    /// Writes how often each was called of the functions that begin on one line: a template's instances.
    private func writeInstances(_ state: inout State, to page: inout PageBuffer) {
        let branches = state.branches.branches(of: state.line)
        if !branches.isEmpty { writeBranches(branches, to: &page) }
        guard state.function < file.functions.count,
            file.functions[state.function].line <= state.line
        else { return }
        let start = state.function
        while state.function < file.functions.count,
            file.functions[state.function].line <= state.line
        {
            state.function += 1
        }
        let functions = file.functions[start..<state.function].filter { $0.line == state.line }
        guard functions.count > 1 else { return }
        let called = functions.count { $0.hits > 0 }
        page.add("<details><summary>")
        page.add(functions.count)
        page.add(" instances, ")
        page.add(functions.count - called)
        page.add(" not called</summary><ul>")
        for function in functions {
            page.add(function.hits > 0 ? "<li><u>" : "<li><a>")
            page.add(function.hits)
            page.add(function.hits > 0 ? "</u> " : "</a> ")
            page.add(text: function.name)
        }
        page.add("</ul></details>")
    }
}
