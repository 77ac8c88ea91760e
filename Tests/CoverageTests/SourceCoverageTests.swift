import Coverage
import Testing

@Suite struct SourceCoverageTests {
    private func row(_ address: UInt64, _ end: UInt64, _ line: Int32, statement: Bool = true)
        -> LineTable.Row
    {
        .init(address: address, end: end, file: 0, line: line, isStatement: statement)
    }

    private func covered(_ blocks: [(UInt64, UInt16)]) -> AddressRanges {
        let set = BlockSet(blocks.map { .init(offset: $0.0, size: $0.1) })
        return AddressRanges(set, base: 0x1000)
    }

    private func hits(_ rows: [LineTable.Row], _ blocks: [(UInt64, UInt16)]) -> [Int: Int] {
        var coverage = SourceCoverage()
        coverage.add(
            LineTable(files: ["/s.c"], rows: rows, functions: []), covered: covered(blocks))
        let lines = coverage.files.flatMap(\.lines)
        return Dictionary(uniqueKeysWithValues: lines.map { ($0.line, $0.hits) })
    }

    @Test func aBlockThatEndsInALineHitsItAndNotTheNext() {
        let rows = [row(0x1000, 0x1008, 1), row(0x1008, 0x1010, 2), row(0x1010, 0x1020, 3)]
        #expect(hits(rows, [(0, 10)]) == [1: 1, 2: 1, 3: 0])
        #expect(hits(rows, [(0, 8)]) == [1: 1, 2: 0, 3: 0])
    }

    @Test func aBlockThatStartsInALineHitsTheOnesThatBeginInIt() {
        let rows = [row(0x1000, 0x1008, 1), row(0x1008, 0x1010, 2), row(0x1010, 0x1018, 3)]
        #expect(hits(rows, [(4, 2)]) == [1: 0, 2: 0, 3: 0])
        #expect(hits(rows, [(4, 5)]) == [1: 0, 2: 1, 3: 0])
        #expect(hits(rows, [(0, 4), (4, 4), (8, 1)]) == [1: 1, 2: 1, 3: 0])
    }

    @Test func oneInstanceOfALineIsEnough() {
        let rows = [row(0x1000, 0x1008, 7), row(0x1008, 0x1010, 8), row(0x1010, 0x1018, 7)]
        #expect(hits(rows, [(0x10, 1)]) == [7: 1, 8: 0])
        #expect(hits(rows, [(0, 1)]) == [7: 1, 8: 0])
    }

    @Test func rowsThatBeginNoStatementMakeNoLineKnown() {
        let rows = [row(0x1000, 0x1008, 1), row(0x1008, 0x1010, 2, statement: false)]
        #expect(hits(rows, [(0, 16)]) == [1: 1])
    }

    @Test func rangesOfBlocksThatOverlapAreOne() {
        #expect(
            covered([(0, 16), (4, 4), (16, 4), (32, 1)]).ranges == [
                0x1000..<0x1014, 0x1020..<0x1021,
            ])
        let ranges = covered([(0, 2), (8, 2)])
        #expect(
            [0xFFF, 0x1000, 0x1001, 0x1002, 0x1008, 0x100A].map(ranges.contains) == [
                false, true, true, false, true, false,
            ])
    }

    @Test func functionsCountByTheirEntryAndFilesSumOverModules() {
        func table(_ entry: UInt64) -> LineTable {
            LineTable(
                files: ["/s.c", "/unused.h"], rows: [row(entry, entry + 4, 3)],
                functions: [
                    .init(
                        name: "f", linkageName: "f", file: 0, line: 2, entry: entry,
                        ranges: [entry..<entry + 8]),
                    .init(
                        name: "g", linkageName: "g", file: nil, line: 0, entry: entry, ranges: []),
                ])
        }
        var coverage = SourceCoverage()
        coverage.add(table(0x1000), covered: covered([(4, 4)]))
        #expect(coverage.files.map(\.path) == ["/s.c"])
        #expect(
            coverage.files[0].functions == [.init(name: "f", linkageName: "f", line: 2, hits: 0)])
        coverage.add(table(0x1000), covered: covered([(0, 1)]))
        #expect(
            coverage.files[0].functions == [.init(name: "f", linkageName: "f", line: 2, hits: 1)])
        #expect(coverage.files[0].functionCount == .init(found: 1, hit: 1))
        #expect(coverage.files[0].lines == [.init(line: 3, hits: 1)])
    }

    @Test func locatorFindsFunctionAndLine() {
        let locator = Locator(
            LineTable(
                files: ["/s.c"],
                rows: [row(0x1000, 0x1001, 4), row(0x1000, 0x1008, 5), row(0x1010, 0x1018, 9)],
                functions: [
                    .init(
                        name: "f", linkageName: "f", file: 0, line: 3, entry: 0x1000,
                        ranges: [0x1000..<0x1008])
                ]))
        #expect(locator.location(of: 0x1004) == .init(function: "f", file: "/s.c", line: 5))
        #expect(locator.location(of: 0x1010) == .init(function: nil, file: "/s.c", line: 9))
        #expect(locator.location(of: 0x1008) == .init(function: nil, file: nil, line: 0))
        #expect(locator.location(of: 0xFFF) == .init(function: nil, file: nil, line: 0))
    }
}
