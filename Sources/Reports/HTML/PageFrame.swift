import Coverage

/// What all pages have around what they are about.
extension HTMLPages {
    /// How many of the folders above it a page names.
    private static let mostFolders = 16

    /// How all pages begin.
    static let beginning: StaticString =
        "<!doctype html>\n<html lang=en><meta charset=utf-8><meta name=viewport content=\"width=device-width\"><meta name=generator content=covtool>"

    /// A whole page.
    func framed(_ page: Page, capacity: Int = 4096, _ content: (inout PageBuffer) -> Void)
        -> [UInt8]
    {
        var buffer = PageBuffer(capacity: capacity)
        let isFirst = !name(of: page).contains("/")
        let root: StaticString = isFirst ? "" : "../"
        writeHead(title: title(of: page), to: &buffer)
        buffer.add("<link rel=stylesheet href=")
        buffer.add(root)
        buffer.add("covtool.css><script src=")
        buffer.add(root)
        buffer.add("covtool.js></script>\n<body class=")
        buffer.add(HTMLPages.kind(of: page))
        buffer.add(">\n<header>")
        writeWay(to: page, to: &buffer)
        content(&buffer)
        buffer.add("\n")
        return buffer.bytes
    }

    func writeHead(title: String, to page: inout PageBuffer) {
        page.add(HTMLPages.beginning)
        page.add("<title>")
        page.add(text: title)
        page.add("</title>")
    }

    /// What a page is of, for the style and the script.
    static func kind(of page: Page) -> StaticString {
        switch page {
        case .source: "source"
        case .changes: "changes"
        case .search: "search"
        default: "folder"
        }
    }

    /// Ends the heading of a page, and begins what it is about.
    func beginContent(of page: inout PageBuffer) {
        page.add(isSingleFile ? "</header>\n<div>" : "</header>\n<main>")
    }

    /// Ends what a page is about.
    func endContent(of page: inout PageBuffer) { page.add(isSingleFile ? "</div>" : "</main>") }

    /// The page's own name, and that of what it is in.
    func title(of page: Page) -> String {
        switch page {
        case .source(let file):
            tree.name(of: files[file].path, in: tree.folderOfFile[file]) + " - coverage"
        case .changes: "Since the baseline - coverage"
        case .search: "Search - coverage"
        case .folder(0): "Coverage"
        case .folder(let folder): name(ofFolder: folder) + " - coverage"
        default: ""
        }
    }

    /// What a folder is called in the one that it is in.
    func name(ofFolder folder: Int) -> String {
        guard let parent = tree.folders[folder].parent else {
            let path = tree.folders[folder].path
            return path.isEmpty ? "All sources" : path
        }
        return tree.name(of: tree.folders[folder].path, in: parent)
    }

    /// The links to the folders that a page is in, and to the search.
    func writeWay(to page: Page, to buffer: inout PageBuffer) {
        let way: [Int]
        switch page {
        case .source(let file): way = tree.way(to: tree.folderOfFile[file])
        case .folder(let folder): way = tree.way(to: folder).dropLast()
        default: way = [0]
        }
        buffer.add("<nav aria-label=Folders>")
        if way.count > HTMLPages.mostFolders {
            add(link: .folder(0), from: page, to: &buffer)
            buffer.add("…")
        }
        for folder in way.suffix(HTMLPages.mostFolders) {
            add(link: .folder(folder), from: page, to: &buffer)
        }
        if case .search = page {
        } else {
            buffer.add("<a class=find href=")
            add(address: .search, from: page, to: &buffer)
            buffer.add(">Search</a>")
        }
        buffer.add("</nav>")
    }

    private func add(link folder: Page, from page: Page, to buffer: inout PageBuffer) {
        guard case .folder(let index) = folder else { return }
        buffer.add("<a href=")
        add(address: folder, from: page, to: &buffer)
        buffer.add(">")
        buffer.add(text: name(ofFolder: index))
        buffer.add("</a> ")
    }

    /// Where a page is, seen from another; names need no quotation marks.
    func add(address page: Page, from other: Page, to buffer: inout PageBuffer) {
        if isSingleFile {
            buffer.add("#")
            buffer.add(text: section(of: page))
            return
        }
        let (target, isFirst) = (name(of: page), !name(of: other).contains("/"))
        if let slash = target.firstIndex(of: "/"), !isFirst {
            buffer.add(text: String(target[target.index(after: slash)...]))
        } else {
            if !isFirst { buffer.add("../") }
            buffer.add(text: target)
        }
    }

    /// What a page is called where all are in one file.
    func section(of page: Page) -> String {
        switch page {
        case .source(let file): names.files[file]
        case .folder(0): "index"
        case .folder(let folder): names.folders[folder]
        case .changes: "changes"
        default: "search"
        }
    }

    /// The heading of a page, and the sums below it.
    func writeHeading(
        _ title: String, _ totals: Totals, missedLine: String? = nil, to page: inout PageBuffer
    ) {
        page.add(isSingleFile ? "<h2>" : "<h1>")
        page.add(text: title)
        page.add(isSingleFile ? "</h2>" : "</h1>")
        page.add("<p class=sums>")
        if totals.lines.found > 0 {
            write("lines", "hit", totals.lines, missed: "missed", at: missedLine, to: &page)
        }
        write(
            "functions", "called", totals.functions, missed: "not called", at: nil, to: &page)
        if totals.branches.found > 0 {
            write("branches", "taken", totals.branches, missed: "not taken", at: nil, to: &page)
        }
        if totals.unknownBranches > 0 {
            page.add("<span>")
            page.add(totals.unknownBranches)
            page.add(" branches not known</span> ")
        }
        page.add("</p>")
    }

    private func write(
        _ what: StaticString, _ hit: StaticString, _ count: SourceCoverage.Count,
        missed: StaticString, at place: String?, to page: inout PageBuffer
    ) {
        page.add("<span>")
        writeShare(count, to: &page)
        page.add(" ")
        page.add(count.hit)
        page.add(" of ")
        page.add(count.found)
        page.add(" ")
        page.add(what)
        page.add(" ")
        page.add(hit)
        page.add(", ")
        if let place {
            page.add("<a href=#")
            page.add(text: place)
            page.add(">")
        }
        page.add(count.missed)
        page.add(" ")
        page.add(missed)
        if place != nil { page.add("</a>") }
        page.add("</span> ")
    }

    /// A share, in its colour.
    private func writeShare(_ count: SourceCoverage.Count, to page: inout PageBuffer) {
        page.add("<strong class=")
        page.add(HTMLPages.level(of: count))
        page.add(">")
        page.add(text: Percent.text(count))
        page.add("</strong>")
    }

    /// How good a share is.
    static func level(of count: SourceCoverage.Count) -> StaticString {
        switch count.colour {
        case .green: "high"
        case .yellow: "mid"
        case .red: "low"
        case nil: "none"
        }
    }
}
