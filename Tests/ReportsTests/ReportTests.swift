import Coverage
import Reports
import Testing

@Suite struct ReportTests {
    private let files: [SourceCoverage.File] = {
        var coverage = SourceCoverage()
        let blocks = BlockSet([.init(offset: 0, size: 8)])
        let rows = [3, 4, 5].enumerated().map { index, line in
            LineTable.Row(
                address: UInt64(index * 4), end: UInt64(index * 4 + 4), file: 0, line: Int32(line),
                isStatement: true)
        }
        coverage.add(
            LineTable(
                files: ["/src/a.c"], rows: rows,
                functions: [
                    .init(
                        name: "ns::f(int, \"x\")", linkageName: "_Z1f", file: 0, line: 3, entry: 0,
                        ranges: [0..<8]),
                    .init(
                        name: "g", linkageName: "g", file: 0, line: 5, entry: 8, ranges: [8..<12]),
                ]),
            covered: AddressRanges(blocks, base: 0))
        return coverage.files
    }()

    /// The records and their order as geninfo's man page gives them.
    @Test func lcov() {
        var text = ""
        LCOVReport().write(ReportedCoverage(files: files), to: &text)
        #expect(
            text == """
                TN:
                SF:/src/a.c
                FN:3,_Z1f
                FN:5,g
                FNDA:1,_Z1f
                FNDA:0,g
                FNF:2
                FNH:1
                DA:3,1
                DA:4,1
                DA:5,0
                LF:3
                LH:2
                end_of_record

                """)
    }

    /// Digits are written eight at a time.
    @Test func lcovCounts() {
        let counts = [
            0, 9, 10, 99, 100, 12_345_678, 99_999_999, 100_000_000, 100_000_001, 4_294_967_295,
            .max,
        ]
        let all = counts.enumerated().map { SourceCoverage.Line(line: $0 + 1, hits: $1) }
        var text = ""
        LCOVReport().write(
            ReportedCoverage(files: [.init(path: "/a.c", lines: all, functions: [])]), to: &text)
        let lines = text.split(separator: "\n").filter { $0.hasPrefix("DA:") }
        #expect(lines == counts.enumerated().map { "DA:\($0 + 1),\($1)" }.map { $0[...] })
    }

    @Test func jsonEscapesWhatItMust() {
        var text = ""
        JSONReport().write(ReportedCoverage(files: files), to: &text)
        #expect(text.contains(#""name": "ns::f(int, \"x\")""#))
        #expect(text.hasPrefix("{\n\"format\": \"covtool-coverage\",\n\"version\": 2,\n"))
        #expect(text.contains(#""totals": {"lines": {"found": 3, "hit": 2, "percent": 66.66}"#))
    }

    /// 2 of 3 is 66.666…: rounded down, so that nothing but everything is 100 %.
    @Test func tableRoundsDownAndAligns() {
        var text = ""
        TextReport().write(files, to: &text)
        let lines = text.split(separator: "\n").map(String.init)
        #expect(lines.first == "In /src/:")
        #expect(lines.contains { $0.hasPrefix("a.c ") && $0.contains("66.66%") })
        #expect(lines.last?.hasPrefix("TOTAL") == true)
        #expect(Set(lines.dropFirst().map(\.count)).count == 1)
    }
}
