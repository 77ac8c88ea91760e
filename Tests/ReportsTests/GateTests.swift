import Coverage
import Reports
import Testing

@Suite struct GateTests {
    /// One file with so many lines, of which the first ones were hit, and no function.
    private static func totals(hit: Int, of found: Int) -> Totals {
        var coverage = SourceCoverage()
        let rows = (0..<found).map { (index: Int) -> LineTable.Row in
            let address = UInt64(index) * 4
            return LineTable.Row(
                address: address, end: address + 4, file: 0, line: Int32(index) + 1,
                isStatement: true)
        }
        let blocks = BlockSet(
            (0..<hit).map { BlockSet.Element(offset: UInt64($0) * 4, size: 4) })
        coverage.add(
            LineTable(files: ["/a.c"], rows: rows, functions: []),
            covered: AddressRanges(blocks, base: 0))
        return Totals(coverage.files)
    }

    @Test(arguments: ["0", "00.5", "100", "100.000000", "99.999999"])
    func percentages(_ text: String) { #expect(Percentage(text)?.text == text) }

    @Test(arguments: [
        "", "-1", "101", "100.000001", "1000", "5%", "1.", ".5", "1.2.3", "1e1", " 1", "٣",
        "0.1234567", "nan",
    ])
    func noPercentages(_ text: String) { #expect(Percentage(text) == nil) }

    /// 2 of 3 are 66.666…: the digit behind the sixth decides.
    @Test func sharesAreExact() throws {
        let totals = GateTests.totals(hit: 2, of: 3)
        #expect(Gate.lines(try #require(Percentage("66.666666"))).shortfall(of: totals) == nil)
        #expect(
            Gate.lines(try #require(Percentage("66.666667"))).shortfall(of: totals)
                == .tooFew(.init(found: 3, hit: 2), needed: 3))
        let all = try #require(Percentage("100"))
        #expect(Gate.lines(all).shortfall(of: GateTests.totals(hit: 3, of: 3)) == nil)
        #expect(Gate.lines(all).shortfall(of: GateTests.totals(hit: 9999, of: 10000)) != nil)
        #expect(
            Gate.lines(try #require(Percentage("0"))).shortfall(
                of: GateTests.totals(hit: 0, of: 3)) == nil)
    }

    @Test func uncoveredLines() {
        let totals = GateTests.totals(hit: 2, of: 5)
        #expect(Gate.uncoveredLines(3).shortfall(of: totals) == nil)
        #expect(
            Gate.uncoveredLines(1).shortfall(of: totals) == .tooMany(missed: 3, allowed: 1))
    }

    /// A gate that passes where nothing was measured would be none.
    @Test func nothingFound() throws {
        let nothing = Totals([SourceCoverage.File]())
        let least = try #require(Percentage("0"))
        for gate in [Gate.lines(least), .functions(least), .uncoveredLines(9)] {
            #expect(gate.shortfall(of: nothing) == .nothingFound)
        }
    }
}
