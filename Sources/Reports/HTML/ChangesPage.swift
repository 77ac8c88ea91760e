import Coverage

/// What became of a baseline's coverage, on the pages.
extension HTMLPages {
    /// Ranges of lines in a cell; a page of a file shows them all.
    private static let mostRanges = 30

    /// The categories whose lines have a list, and its title: what asks for attention most comes first.
    private static let listed: [(category: DifferenceCategory, title: StaticString)] = [
        (.lostBaseline, "Lost coverage"), (.uncoveredNew, "New code, missed"),
        (.uncoveredIncluded, "Lines that have become code, missed"),
    ]

    /// Writes what is on the page of changes behind the way to it.
    func writeChanges(to page: inout PageBuffer) {
        guard let difference else { return }
        page.add(isSingleFile ? "<h2>Since the baseline</h2>" : "<h1>Since the baseline</h1>")
        beginContent(of: &page)
        for list in HTMLPages.listed where difference.lineCounts[list.category] > 0 {
            write(list.category, list.title, to: &page)
        }
        writeCategories(difference, to: &page)
        writeChangedFiles(difference, to: &page)
        endContent(of: &page)
    }

    /// Writes a word on what has changed, with a link to the page of changes.
    func writeChangesLink(from page: Page, to buffer: inout PageBuffer) {
        guard let difference else { return }
        buffer.add("<p class=remark><a href=")
        add(address: .changes, from: page, to: &buffer)
        buffer.add(">Since the baseline</a>: ")
        buffer.add(text: HTMLPages.summary(difference.lineCounts))
        buffer.add("</p>")
    }

    private static func summary(_ counts: CategoryCounts) -> String {
        let gained = [.gainedBaseline, .gainedIncluded, .gainedNew].reduce(0) { $0 + counts[$1] }
        return "\(Amount.text(counts[.lostBaseline], "line")) lost coverage, "
            + "\(Amount.text(counts[.uncoveredNew], "new line")) missed, "
            + "\(Amount.text(gained, "line")) gained."
    }

    private func write(
        _ category: DifferenceCategory, _ title: StaticString, to page: inout PageBuffer
    ) {
        page.add("\n<table class=list><caption>")
        page.add(title)
        page.add("</caption><thead><tr><th>Source<th>Lines<th class=place>Which\n<tbody>")
        for (index, change) in changes.enumerated() {
            guard let change, change.lineCounts[category] > 0 else { continue }
            page.add("<tr><td>")
            writeLink(toFile: index, to: &page)
            page.add("<td>")
            page.add(change.lineCounts[category])
            page.add("<td class=place>")
            let ranges = LineRanges.ranges(
                change.lines.lazy.filter { $0.category == category }.compactMap(\.line))
            for range in ranges.prefix(HTMLPages.mostRanges) {
                writeLink(toLines: range, ofFile: index, to: &page)
            }
            if ranges.count > HTMLPages.mostRanges {
                page.add("and ")
                page.add(ranges.count - HTMLPages.mostRanges)
                page.add(" more")
            }
            page.add("\n")
        }
        page.add("</table>\n")
    }

    private func writeCategories(_ difference: DifferentialCoverage, to page: inout PageBuffer) {
        page.add(
            "\n<table class=list><caption>By category</caption><thead><tr><th>Category<th>Lines<th>Functions"
        )
        page.add(difference.branchCounts == nil ? "\n<tbody>" : "<th>Branches\n<tbody>")
        for category in DifferenceCategory.allCases {
            page.add("<tr><td>")
            page.add(label: category)
            page.add(" ")
            page.add(text: category.title)
            page.add("<td>")
            page.add(difference.lineCounts[category])
            page.add("<td>")
            page.add(difference.functionCounts[category])
            if let counts = difference.branchCounts {
                page.add("<td>")
                page.add(counts[category])
            }
            page.add("\n")
        }
        page.add("</table>\n")
    }

    /// A row for each file in which something has changed.
    private func writeChangedFiles(_ difference: DifferentialCoverage, to page: inout PageBuffer) {
        let categories = DifferenceCategory.allCases.filter {
            !$0.isSame && difference.lineCounts[$0] > 0
        }
        guard !categories.isEmpty else { return }
        page.add("\n<table class=list><caption>By source</caption><thead><tr><th>Source")
        for category in categories {
            page.add("<th>")
            page.add(category.abbreviation)
        }
        page.add("\n<tbody>")
        let numbers = Dictionary(
            files.enumerated().map { ($1.path, $0) }, uniquingKeysWith: { one, _ in one })
        for file in difference.files where categories.contains(where: { file.lineCounts[$0] > 0 }) {
            page.add("<tr><td>")
            if let index = file.path.flatMap({ numbers[$0] }) {
                writeLink(toFile: index, to: &page)
            } else {
                page.add(text: file.name)
            }
            for category in categories {
                page.add("<td>")
                page.add(file.lineCounts[category])
            }
            page.add("\n")
        }
        page.add("</table>\n")
    }

    private func writeLink(toFile index: Int, to page: inout PageBuffer) {
        page.add("<a href=")
        add(address: .source(index), from: .changes, to: &page)
        page.add(">")
        page.add(text: files[index].path)
        page.add("</a>")
    }

    private func writeLink(
        toLines range: ClosedRange<Int>, ofFile index: Int, to page: inout PageBuffer
    ) {
        page.add("<a href=")
        add(address: .source(index), from: .changes, to: &page)
        page.add(isSingleFile ? ".L" : "#L")
        page.add(range.lowerBound)
        page.add(">")
        page.add(range.lowerBound)
        if range.count > 1 {
            page.add("-")
            page.add(range.upperBound)
        }
        page.add("</a> ")
    }

    /// Writes what has changed in a file, at the head of its page.
    func writeChanges(ofFile index: Int, _ prefix: String, to page: inout PageBuffer) {
        guard let change = changes[index] else { return }
        let categories = DifferenceCategory.allCases.filter {
            !$0.isSame && change.lineCounts[$0] > 0
        }
        guard !categories.isEmpty else { return }
        page.add("<p class=remark>Since the baseline:")
        for category in categories {
            page.add(" ")
            page.add(label: category)
            page.add(" ")
            let first = change.lines.first { $0.category == category }?.line
            if let first {
                page.add("<a href=#")
                page.add(text: prefix)
                page.add("L")
                page.add(first)
                page.add(">")
            }
            page.add(text: Amount.text(change.lineCounts[category], "line"))
            if first != nil { page.add("</a>") }
        }
        if let old = change.oldPath, old != change.path {
            page.add(". It was ")
            page.add(text: old)
        }
        page.add("</p>\n")
    }
}

extension PageBuffer {
    /// Appends a category's letters, which say what they mean.
    mutating func add(label category: DifferenceCategory) {
        add("<abbr class=")
        switch category.colour {
        case .red: add("low")
        case .green: add("high")
        default: add("none")
        }
        add(" title=\"")
        add(text: category.title)
        add("\">")
        add(category.abbreviation)
        add("</abbr>")
    }
}
