public import Coverage

/// The coverage of a program as pages of HTML: one for each folder and each source file, and one to search in.
///
/// The first page, `index.html`, stands beside `search.html`, the style and the script; all others are in the folder
/// `pages`. What is on the page of a file depends on the file alone and on the names of the folders above it. Without
/// the script, everything works but sorting and searching. No page needs a network, or a server.
public struct HTMLPages: Sendable {
    /// A file of the report.
    public enum Page: Hashable, Sendable {
        /// The style, and the script, of all pages.
        case style, script
        /// A folder's page.
        case folder(Int)
        /// A folder's rows, which another folder's page loads when it is opened there.
        case rows(Int)
        /// A source's page.
        case source(Int)
        /// What became of an earlier version's coverage.
        case changes
        /// The page to search in, and the parts of what is searched.
        case search
        case functions(Int)
    }

    /// A source's text, as far as it is there.
    public struct Text: Sendable {
        /// What the file holds, in any encoding; nil where it is not there.
        public var bytes: [UInt8]?
        /// What there is to say of it: why it is not there, or is perhaps another one.
        public var remark: String?

        /// Makes a text of its parts.
        public init(_ bytes: [UInt8]?, remark: String? = nil) {
            self.bytes = bytes
            self.remark = remark
        }
    }

    /// The folder that all pages but the first ones are in.
    public static let folder = "pages"
    /// The files beside ``folder`` that a report is known by, and how they begin; the first one is written first.
    public static let marks = [
        (name: "covtool.js", beginning: "// A report of covtool"),
        (name: "covtool.css", beginning: "/* The looks of covtool's pages"),
        (name: "index.html", beginning: beginning.description),
        (name: "search.html", beginning: beginning.description),
    ]

    let files: [SourceCoverage.File]
    let hasCounts: Bool
    let hasBranches: Bool
    let isSingleFile: Bool
    let difference: DifferentialCoverage?
    /// What of it is of each file.
    let changes: [DifferentialCoverage.File?]
    let tree: FolderTree
    let names: (folders: [String], files: [String])
    /// The files whose functions are in each part of what is searched.
    let parts: [Range<Int>]

    /// Plans the pages.
    ///
    /// - Parameters:
    ///   - files: the coverage, by path.
    ///   - hasCounts: whether counts are executions; else they are runs.
    ///   - isSingleFile: whether all is to be in one file.
    ///   - difference: what became of an earlier version's coverage.
    public init(
        _ files: [SourceCoverage.File], hasCounts: Bool, isSingleFile: Bool = false,
        difference: DifferentialCoverage? = nil
    ) {
        self.files = files
        self.hasCounts = hasCounts
        hasBranches = files.contains { !$0.branches.isEmpty }
        self.isSingleFile = isSingleFile
        self.difference = difference
        let changes = Dictionary(
            (difference?.files ?? []).compactMap { file in file.path.map { ($0, file) } },
            uniquingKeysWith: { one, _ in one })
        self.changes = files.map { changes[$0.path] }
        tree = FolderTree(files)
        var names = PageNames()
        let fileNames = files.map { names.name(for: $0.path) }
        // A folder and a file have one path only if somebody means to.
        self.names = (tree.folders.map { names.name(for: $0.path + "/") }, fileNames)
        parts = HTMLPages.parts(files)
    }

    /// All files of the report, the script first and the first page last.
    public var pages: [Page] {
        let folders = tree.folders.indices.dropFirst()
        return [.script, .style] + files.indices.map { .source($0) }
            + folders.flatMap { [.folder($0), .rows($0)] } + parts.indices.map { .functions($0) }
            + (difference == nil ? [] : [.changes]) + [.search, .folder(0)]
    }

    /// The name of a page's file, in the report's folder or in ``folder`` there.
    public func name(of page: Page) -> String {
        switch page {
        case .style: "covtool.css"
        case .script: "covtool.js"
        case .folder(0): "index.html"
        case .folder(let folder): "\(HTMLPages.folder)/\(names.folders[folder]).html"
        case .rows(let folder): "\(HTMLPages.folder)/\(names.folders[folder]).js"
        case .source(let file): "\(HTMLPages.folder)/\(names.files[file]).html"
        case .changes: "\(HTMLPages.folder)/\(HTMLPages.changesName)"
        case .search: "search.html"
        case .functions(let part): "\(HTMLPages.folder)/search-\(part).js"
        }
    }

    private static let changesName = "changes.html"

    /// How a file in ``folder`` begins, if it is a report's; nil for a name that this type cannot have given.
    public static func beginning(ofPage name: String) -> String? {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard let stem = parts.dropLast().last, let end = parts.last else { return nil }
        if name == changesName { return beginning.description }
        let number = name.dropFirst("search-".utf8.count).dropLast(".js".utf8.count)
        if name.hasPrefix("search-"), end == "js", Int(number) != nil { return partCall }
        guard PageNames.isPage(stem) else { return nil }
        switch end {
        case "html": return beginning.description
        case "js": return rowsCall
        default: return nil
        }
    }

    /// How scripts with rows, and with parts of what is searched, begin.
    static let rowsCall = "covtool.rows("
    static let partCall = "covtool.part("

    /// What a file of the report holds.
    ///
    /// - Parameter text: the source's, for ``Page/source(_:)``.
    public func bytes(of page: Page, _ text: Text = Text(nil)) -> [UInt8] {
        switch page {
        case .style: return PageAssets.style
        case .script: return PageAssets.script
        case .folder(let folder): return framed(.folder(folder)) { write(folder: folder, to: &$0) }
        case .rows(let folder): return rows(ofFolder: folder)
        case .source(let file):
            let size = (text.bytes?.count ?? 0) * 3 / 2 + 24 * files[file].lines.count + 4096
            return framed(.source(file), capacity: size) { write(source: file, text, to: &$0) }
        case .changes: return framed(.changes) { writeChanges(to: &$0) }
        case .search: return framed(.search) { writeSearch(to: &$0) }
        case .functions(let part): return functions(ofPart: part)
        }
    }

    /// About so many functions are in a part of what is searched.
    private static let functionsInPart = 4096

    private static func parts(_ files: [SourceCoverage.File]) -> [Range<Int>] {
        var (parts, start, weight): ([Range<Int>], Int, Int) = ([], 0, 0)
        for (index, file) in files.enumerated() {
            weight += file.functions.count + 4
            if weight >= functionsInPart || index == files.count - 1 {
                parts.append(start..<index + 1)
                (start, weight) = (index + 1, 0)
            }
        }
        return parts
    }
}
