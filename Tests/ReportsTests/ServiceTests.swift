import Coverage
import Reports
import Testing

@Suite struct ServiceTests {
    private static func coverage(_ paths: [String], lines: Int = 1) -> ReportedCoverage {
        ReportedCoverage(
            files: paths.map { path in
                .init(
                    path: path, lines: (0..<lines).map { .init(line: 2 * $0 + 1, hits: 0) },
                    functions: [])
            })
    }

    private static func names(_ paths: [String], _ folders: ProjectFolders) -> [String] {
        var report = CodecovReport()
        report.folders = folders
        var text = ""
        report.write(coverage(paths), to: &text)
        return text.split(separator: "\n").compactMap { line in
            line.split(separator: "\"").first { $0.contains(".c") }.map(String.init)
        }
    }

    @Test func names() {
        let folders = ProjectFolders(roots: ["/p/lib", "/p"], workingFolder: "/home/me")
        let paths = [
            "/p/a.c", "/p/lib/b.c", "/pp/c.c", "/home/me/d.c", "/home/mee/e.c", "rel/f.c", "/p.c",
            "/home/me/a.c",
        ]
        #expect(
            ServiceTests.names(paths, folders) == [
                "a.c", "lib/b.c", "/pp/c.c", "d.c", "/home/mee/e.c", "rel/f.c", "/p.c",
                "/home/me/a.c",
            ])
    }

    /// Relative paths are of the working folder, unless the file is elsewhere alone.
    @Test func relativeNames() {
        let there: Set = ["/p/src/a.c", "/p/b.c", "/p/build/b.c"]
        let inside = ProjectFolders(
            roots: ["/p"], workingFolder: "/p/build", origins: ["/p"],
            isThere: { there.contains($0) })
        #expect(
            ServiceTests.names(["src/a.c", "b.c", "c.c", "../d.c", "../../e.c"], inside) == [
                "src/a.c", "build/b.c", "build/c.c", "d.c", "../../e.c",
            ])
        let linked = ProjectFolders(
            roots: ["/real"], workingFolder: "/link/p", withoutLinks: "/real/p")
        #expect(ServiceTests.names(["a.c"], linked) == ["p/a.c"])
    }

    /// Everything is below the root of the file system, which says something only if somebody names it.
    @Test func rootOfTheFileSystem() {
        let inRoot = ProjectFolders(roots: [], workingFolder: "/")
        #expect(ServiceTests.names(["/p/a.c"], inRoot) == ["/p/a.c"])
        let named = ProjectFolders(roots: ["/"], workingFolder: "/")
        #expect(ServiceTests.names(["/p/a.c"], named) == ["p/a.c"])
        #expect(ServiceTests.names(["/p/a.c", "b.c"], ProjectFolders()) == ["/p/a.c", "b.c"])
    }

    /// The limits are those that GitHub's documentation gives.
    @Test(arguments: [(MarkdownReport.Limit.comment, 65_536), (.step, 1 << 20)])
    func markdownIsShortEnough(_ limit: MarkdownReport.Limit, _ most: Int) {
        var report = MarkdownReport()
        report.limit = limit
        for paths in [
            (0..<12_000).map { "/src/\($0).c" },
            (0..<2_500).map { "/" + String(repeating: "|`\u{1F600}", count: 300) + "\($0)" },
            [],
        ] {
            var text = ""
            report.write(ServiceTests.coverage(paths, lines: 14), to: &text)
            #expect(text.utf8.count <= most)
            if !paths.isEmpty { #expect(text.utf8.count > most - 4_096) }
        }
    }
}
