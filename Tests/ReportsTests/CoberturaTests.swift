import Coverage
import Reports
import Testing

/// How a report is split; that its documents are valid is for the end-to-end tests.
@Suite struct CoberturaTests {
    /// Files of so many lines, of which every third is missed, each with one function.
    private static func files(_ counts: [(path: String, lines: Int)]) -> ReportedCoverage {
        ReportedCoverage(
            files: counts.map { path, count in
                .init(
                    path: path,
                    lines: (0..<count).map { .init(line: $0 + 1, hits: $0 % 3) },
                    functions: [.init(name: "f", linkageName: "f", line: 1, hits: 1)])
            })
    }

    private static func parts(
        _ coverage: ReportedCoverage, bytes: Int = 1 << 30, sources: Int = 100,
        folders: ProjectFolders = ProjectFolders()
    ) -> [String] {
        var report = CoberturaReport()
        report.limits.bytes = bytes
        report.limits.sources = sources
        report.folders = folders
        return report.parts(coverage).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func count(_ what: String, in text: String) -> Int {
        text.utf8.count < what.utf8.count ? 0 : text.components(separatedBy: what) - 1
    }

    @Test func oneWhereItFits() {
        let coverage = CoberturaTests.files([("/a/x.c", 10), ("/a/b/y.c", 10)])
        let whole = CoberturaTests.parts(coverage)
        #expect(whole.count == 1)
        #expect(!whole[0].contains("<!--"))
        #expect(CoberturaTests.parts(ReportedCoverage(files: [])).count == 1)
    }

    /// Between files, and those that are too large by themselves between their lines; all lines and functions are
    /// there once, and no part is larger than it may be.
    @Test(arguments: [4_000, 6_000, 20_000, 60_000])
    func parts(_ bytes: Int) {
        let files = [
            ("/a/1.c", 3), ("/a/2.c", 400), ("/a/b/3.c", 40), ("/a/c.c", 41), ("/z/4.c", 1000),
        ]
        let coverage = CoberturaTests.files(files)
        let parts = CoberturaTests.parts(coverage, bytes: bytes)
        #expect(parts.count >= 45_000 / bytes)
        let lines = files.reduce(0) { $0 + $1.1 }
        // A function has a line of its own.
        #expect(
            parts.reduce(0) { $0 + CoberturaTests.count("<line ", in: $1) } == lines + files.count)
        #expect(parts.reduce(0) { $0 + CoberturaTests.count("<method ", in: $1) } == files.count)
        for (index, part) in parts.enumerated() {
            #expect(part.utf8.count <= bytes)
            if parts.count > 1 {
                #expect(part.hasPrefix(CoberturaReport.beginning(ofPart: index + 1)))
            }
        }
        // Packages are not given twice in a part, whatever the order of paths.
        let whole = CoberturaTests.parts(coverage)[0]
        #expect(CoberturaTests.count("<package name=\"/a\"", in: whole) == 1)
    }

    /// A part ends where the next file would be too much, and is not left with a piece of it.
    @Test func filesStayWhole() {
        let coverage = CoberturaTests.files((0..<20).map { ("/a/\($0).c", 60) })
        for part in CoberturaTests.parts(coverage, bytes: 8_000) {
            #expect(CoberturaTests.count("<line ", in: part) % 61 == 0)
        }
    }

    /// One line is written, however little room there is.
    @Test func tooLittleRoom() {
        let parts = CoberturaTests.parts(CoberturaTests.files([("/a/x.c", 5)]), bytes: 1)
        #expect(parts.reduce(0) { $0 + CoberturaTests.count("<line ", in: $1) } == 6)
    }

    @Test func sources() {
        let roots = (0..<7).map { "/root\($0)" }
        let coverage = CoberturaTests.files(roots.map { ("\($0)/x.c", 2) })
        let folders = ProjectFolders(roots: roots, workingFolder: "/")
        // Of one name, all but the first have their whole paths.
        let whole = CoberturaTests.parts(coverage, folders: folders)[0]
        #expect(CoberturaTests.count("<source>", in: whole) == 1)
        let others = CoberturaTests.files(roots.enumerated().map { ("\($1)/\($0).c", 2) })
        let parts = CoberturaTests.parts(others, sources: 3, folders: folders)
        #expect(parts.map { CoberturaTests.count("<source>", in: $0) } == [3, 3, 1])
    }
}

extension String {
    /// The number of pieces that are left if a text is taken away.
    fileprivate func components(separatedBy separator: String) -> Int {
        split(separator: separator, omittingEmptySubsequences: false).count
    }
}
