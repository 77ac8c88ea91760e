import Coverage

extension HTMLPages {
    /// Writes what is on a folder's page behind the way to it.
    func write(folder: Int, to page: inout PageBuffer) {
        writeHeading(
            tree.folders[folder].parent == nil
                ? name(ofFolder: folder) : tree.folders[folder].path,
            tree.folders[folder].totals, to: &page)
        beginContent(of: &page)
        if folder == 0 { writeChangesLink(from: .folder(folder), to: &page) }
        page.add(
            "<table class=tree><thead><tr><th>Name<th>Lines hit<th>Missed<th>Lines<th>Functions called<th>Not called<th>Functions"
        )
        if hasBranches { page.add("<th>Branches taken<th>Not taken<th>Branches") }
        page.add("\n<tbody>")
        writeRows(ofFolder: folder, from: .folder(folder), to: &page)
        page.add("</table>")
        if folder == 0, !hasCounts {
            page.add(
                "<p>Counts are numbers of runs, at least: the traces have no hit counts.</p>")
        }
        endContent(of: &page)
    }

    /// A script that has a folder's rows.
    func rows(ofFolder folder: Int) -> [UInt8] {
        var rows = PageBuffer()
        // They are seen from the other pages in their folder.
        writeRows(ofFolder: folder, from: .folder(folder), to: &rows)
        var script = PageBuffer(capacity: rows.bytes.count + 256)
        script.add(text: HTMLPages.rowsCall)
        script.add(scriptString: names.folders[folder])
        script.add(",")
        script.add(scriptString: String(decoding: rows.bytes, as: UTF8.self))
        script.add(")\n")
        return script.bytes
    }

    private func writeRows(ofFolder folder: Int, from page: Page, to buffer: inout PageBuffer) {
        for inner in tree.folders[folder].folders {
            let path = tree.folders[inner].path
            writeRow(
                .folder(inner), tree.name(of: path, in: folder), tree.folders[inner].totals,
                from: page, to: &buffer)
        }
        for file in tree.folders[folder].files {
            let path = files[file].path
            writeRow(
                .source(file), tree.name(of: path, in: folder), Totals([files[file]]),
                from: page, to: &buffer)
        }
    }

    private func writeRow(
        _ target: Page, _ name: String, _ totals: Totals, from page: Page,
        to buffer: inout PageBuffer
    ) {
        buffer.add("<tr><th><a href=")
        add(address: target, from: page, to: &buffer)
        buffer.add(">")
        buffer.add(text: name.isEmpty ? "(no name)" : name)
        buffer.add("</a>")
        buffer.add("<td class=")
        buffer.add(HTMLPages.level(of: totals.lines))
        buffer.add(">")
        writeBar(totals.lines, to: &buffer)
        buffer.add(text: Percent.text(totals.lines))
        write(missedOf: totals.lines, to: &buffer)
        buffer.add("<td class=")
        buffer.add(HTMLPages.level(of: totals.functions))
        buffer.add(">")
        buffer.add(text: Percent.text(totals.functions))
        write(missedOf: totals.functions, to: &buffer)
        if hasBranches {
            buffer.add("<td class=")
            buffer.add(HTMLPages.level(of: totals.branches))
            buffer.add(">")
            buffer.add(text: Percent.text(totals.branches))
            write(missedOf: totals.branches, to: &buffer)
        }
        buffer.add("\n")
    }

    private func write(missedOf count: SourceCoverage.Count, to buffer: inout PageBuffer) {
        buffer.add("<td>")
        buffer.add(count.missed)
        buffer.add("<td>")
        buffer.add(count.found)
    }

    /// A bar of so many tens and ones of a hundred: a page that may not have styles of its own shows it too.
    private func writeBar(_ count: SourceCoverage.Count, to buffer: inout PageBuffer) {
        guard count.found > 0 else { return }
        let share = count.hit * 100 / count.found
        buffer.add("<i class=\"t")
        buffer.add(share / 10)
        buffer.add(" u")
        buffer.add(share % 10)
        buffer.add("\"></i>")
    }
}
