extension HTMLPages {
    /// Writes all pages as one, for a small program. Each is a section, of which the script shows one at a time.
    ///
    /// - Parameter text: gives a source's text, by the file's index.
    public func writeSinglePage(
        to output: inout some ByteOutputStream, text: (Int) -> Text
    ) {
        var head = PageBuffer(capacity: 1 << 16)
        writeHead(title: "Coverage", to: &head)
        head.add("<style>")
        head.add(markup: PageAssets.style)
        head.add("</style><script>")
        head.add(markup: PageAssets.script)
        head.add("</script>\n<body class=single>\n<main><h1>Coverage</h1>")
        output.write(head.bytes[...])
        for page in [.folder(0)] + pages.dropLast() {
            switch page {
            case .style, .script, .rows: break
            case .source(let file): write(section: page, text(file), to: &output)
            case .folder, .search, .changes: write(section: page, Text(nil), to: &output)
            case .functions(let part):
                var script = PageBuffer()
                script.add("\n<script>")
                script.add(markup: functions(ofPart: part))
                script.add("</script>")
                output.write(script.bytes[...])
            }
        }
        output.write("</main>\n")
    }

    private func write(
        section page: Page, _ text: Text, to output: inout some ByteOutputStream
    ) {
        var buffer = PageBuffer(capacity: 2 * (text.bytes?.count ?? 0) + 4096)
        buffer.add("\n<section class=")
        buffer.add(HTMLPages.kind(of: page))
        buffer.add(" id=")
        buffer.add(text: section(of: page))
        buffer.add("><header>")
        writeWay(to: page, to: &buffer)
        switch page {
        case .folder(let folder): write(folder: folder, to: &buffer)
        case .source(let file): write(source: file, text, to: &buffer)
        case .changes: writeChanges(to: &buffer)
        default: writeSearch(to: &buffer)
        }
        buffer.add("</section>")
        output.write(buffer.bytes[...])
    }
}
