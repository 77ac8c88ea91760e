import Coverage

extension HTMLPages {
    /// Writes what is on the page to search in, which the script fills.
    func writeSearch(to page: inout PageBuffer) {
        page.add(isSingleFile ? "<h2>Search</h2>" : "<h1>Search</h1>")
        beginContent(of: &page)
        page.add("<div class=found data-parts=")
        page.add(parts.count)
        page.add(hasCounts ? " data-counts=Calls" : " data-counts=Runs")
        page.add(
            "><noscript><p>Searching needs JavaScript. Without it, each source's page lists its functions.</p></noscript></div>"
        )
        endContent(of: &page)
    }

    /// A script that has the sources and functions of a part: `[page, path, [lines hit, found], [[line, calls,
    /// name], …]]` for each source.
    func functions(ofPart part: Int) -> [UInt8] {
        let root = tree.folders[0].path.utf8.count
        var script = PageBuffer(capacity: 1 << 17)
        script.add(text: HTMLPages.partCall)
        script.add(part)
        script.add(",[")
        for index in parts[part] {
            let file = files[index]
            script.add(index == parts[part].lowerBound ? "[" : ",\n[")
            script.add(scriptString: names.files[index])
            script.add(",")
            script.add(
                scriptString: VisibleText.shown(
                    String(file.path.utf8.dropFirst(root)) ?? file.path))
            script.add(",")
            script.add(file.lineCount.hit)
            script.add(",")
            script.add(file.lineCount.found)
            script.add(",[")
            for (number, function) in file.functions.enumerated() {
                script.add(number == 0 ? "[" : ",[")
                script.add(max(0, function.line))
                script.add(",")
                script.add(function.hits)
                script.add(",")
                script.add(scriptString: VisibleText.shown(function.name))
                script.add("]")
            }
            script.add("]]")
        }
        script.add("])\n")
        return script.bytes
    }
}
