import Coverage

extension HTMLPages {
    /// Writes what is on a source's page behind the way to it.
    func write(source index: Int, _ text: Text, to page: inout PageBuffer) {
        let file = files[index]
        let prefix = isSingleFile ? names.files[index] + "." : ""
        let listing = SourceLines(file, text.bytes, changes[index]?.lines ?? [], idPrefix: prefix)
        writeHeading(
            tree.name(of: file.path, in: tree.folderOfFile[index]), Totals([file]),
            missedLine: listing.firstMissed.map { "\(prefix)L\($0)" }, to: &page)
        beginContent(of: &page)
        if let remark = text.remark {
            page.add("<p class=remark>")
            page.add(text: remark)
            page.add("</p>")
        }
        writeChanges(ofFile: index, prefix, to: &page)
        writeFunctions(of: file, listing, prefix, to: &page)
        listing.write(to: &page)
        endContent(of: &page)
    }

    private func writeFunctions(
        of file: SourceCoverage.File, _ listing: SourceLines, _ prefix: String,
        to page: inout PageBuffer
    ) {
        guard !file.functions.isEmpty else { return }
        // A tracefile need not say where functions end.
        let hasLines = file.functions.contains { $0.endLine > 0 }
        page.add("\n<details class=functions><summary>")
        page.add(text: Amount.text(file.functions.count, "function"))
        page.add(", ")
        page.add(file.functionCount.missed)
        page.add(" not called</summary><table class=list><thead><tr><th>Function<th>")
        page.add(hasCounts ? "Calls" : "Runs")
        if hasLines { page.add("<th>Missed lines<th>Lines") }
        page.add("\n<tbody>")
        for function in file.functions {
            page.add(function.hits > 0 ? "<tr><td>" : "<tr class=missed><td>")
            write(nameOf: function, listing, prefix, to: &page)
            page.add("<td>")
            page.add(function.hits)
            guard hasLines else { continue }
            let lines = listing.lines(of: function)
            page.add("<td>")
            page.add(lines.missed)
            page.add("<td>")
            page.add(lines.found)
        }
        page.add("</table></details>\n")
    }

    /// A function's name, as a link to its line if that is there.
    private func write(
        nameOf function: SourceCoverage.Function, _ listing: SourceLines, _ prefix: String,
        to page: inout PageBuffer
    ) {
        let isLinked = listing.has(line: function.line)
        if isLinked {
            page.add("<a href=#")
            page.add(text: prefix)
            page.add("L")
            page.add(function.line)
            page.add(">")
        }
        page.add(text: function.name)
        if isLinked { page.add("</a>") }
    }
}
