@testable import Coverage
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

    private func covered(
        _ blocks: [(offset: UInt64, size: UInt16, count: UInt64)], _ counting: BlockSet.CountUnit
    ) -> AddressRanges {
        let counted = blocks.map {
            BlockSet.Counted(offset: $0.offset, size: $0.size, count: $0.count)
        }
        return AddressRanges(BlockSet(counted, countUnit: counting), base: 0x1000)
    }

    private func function(
        _ name: String, _ range: Range<UInt64>, line: Int32, entry: UInt64? = nil
    ) -> LineTable.Function {
        .init(
            name: name, linkageName: name, file: 0, line: line,
            entry: entry ?? range.lowerBound, ranges: [range])
    }

    private func hits(_ rows: [LineTable.Row], _ blocks: [(UInt64, UInt16)]) -> [Int: Int] {
        hits(rows, [], covered(blocks))
    }

    private func hits(
        _ rows: [LineTable.Row], _ functions: [LineTable.Function], _ covered: AddressRanges
    ) -> [Int: Int] {
        var coverage = SourceCoverage()
        coverage.add(
            LineTable(files: ["/s.c"], rows: rows, functions: functions), covered: covered)
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
        #expect(hits(rows, [(5, 2)]) == [1: 0, 2: 0, 3: 0])
        #expect(hits(rows, [(5, 4)]) == [1: 0, 2: 1, 3: 0])
        #expect(hits(rows, [(0, 4), (4, 4), (8, 1)]) == [1: 1, 2: 1, 3: 0])
    }

    /// So many rows are shared out to two threads. Every function calls the same inlined line.
    @Test func aLargeModuleHasTheSameLinesAsItsFunctionsHave() {
        let shared: Int32 = 1
        let (functionCount, length) = (300, 100)
        var rows: [LineTable.Row] = []
        var functions: [LineTable.Function] = []
        var blocks: [(UInt64, UInt16)] = []
        var expected = [Int(shared): 1]
        for number in 0..<functionCount {
            let start = 0x1000 + UInt64(number * length * 8)
            let first = Int32(10 + number * length)
            functions.append(
                function("f\(number)", start..<start + UInt64(length * 8), line: first))
            for index in 0..<length {
                let address = start + UInt64(index * 8)
                let isHit = number % 3 == 1 && index < 40
                if isHit { blocks.append((address - 0x1000, 8)) }
                let line = index == 20 ? shared : first + Int32(index)
                rows.append(row(address, address + 8, line))
                if line != shared { expected[Int(line)] = isHit ? 1 : 0 }
            }
        }
        #expect(rows.count > 20_000)
        #expect(hits(rows, functions, covered(blocks)) == expected)
    }

    @Test func aStatementCanBeEnteredBehindAnInstructionThatDoesNothing() {
        let rows = [row(0x1000, 0x1008, 1), row(0x1008, 0x100A, 2), row(0x100A, 0x1010, 3)]
        #expect(hits(rows, [(1, 7)]) == [1: 1, 2: 0, 3: 0])
        #expect(hits(rows, [(4, 4)]) == [1: 1, 2: 0, 3: 0])
        #expect(hits(rows, [(10, 4)]) == [1: 0, 2: 0, 3: 1])
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

    @Test func rangesOfBlocksThatOverlapDoNot() {
        #expect(
            covered([(0, 16), (4, 4), (16, 4), (32, 1)]).ranges == [
                0x1000..<0x1004, 0x1004..<0x1008, 0x1008..<0x1010, 0x1010..<0x1014,
                0x1020..<0x1021,
            ])
        let ranges = covered([(0, 2), (8, 2)])
        #expect(
            [0xFFF, 0x1000, 0x1001, 0x1002, 0x1008, 0x100A].map(ranges.count) == [
                0, 1, 1, 0, 1, 0,
            ])
    }

    /// One block within another, one across another's end, and one over both.
    @Test func executionsOfBlocksThatOverlapAddUpAndRunsDoNot() {
        let blocks: [(UInt64, UInt16, UInt64)] = [(0, 16, 1), (4, 4, 10), (12, 8, 100), (2, 2, 0)]
        let addresses: [UInt64] = [0x1000, 0x1002, 0x1004, 0x1008, 0x100C, 0x1010, 0x1014]
        #expect(addresses.map(covered(blocks, .executions).count) == [1, 1, 11, 1, 101, 100, 0])
        #expect(addresses.map(covered(blocks, .runs).count) == [1, 1, 10, 1, 100, 100, 0])
    }

    @Test func countsStayAtTheLargestNumberAndComeBackFromIt() {
        let ranges = covered([(0, 8, .max), (2, 2, .max), (6, 4, 7)], .executions)
        #expect(
            [0, 2, 4, 6, 8].map { ranges.count(at: 0x1000 + $0) }
                == [.max, .max, .max, .max, 7])
        let rows = [row(0x1000, 0x1002, 1), row(0x1100, 0x1101, 1)]
        let twice = [
            function("f", 0x1000..<0x1100, line: 0), function("g", 0x1100..<0x1101, line: 0),
        ]
        #expect(
            hits(rows, twice, covered([(0, 1, .max), (0x100, 1, 1)], .executions)) == [1: .max])
    }

    @Test func blocksBeyondTheLastAddressAreLeftOut() {
        let blocks = BlockSet([.init(offset: 0, size: 4), .init(offset: 0x1000, size: 4)])
        #expect(AddressRanges(blocks, base: .max - 0xFF).ranges == [.max - 0xFF ..< .max - 0xFB])
    }

    @Test func statementsOfOneFunctionCountByTheLargest() {
        let rows = [row(0x1000, 0x1008, 7), row(0x1008, 0x1010, 8), row(0x1010, 0x1018, 7)]
        let blocks = covered([(0, 8, 1), (8, 8, 5), (0x10, 8, 6)], .executions)
        #expect(hits(rows, [function("f", 0x1000..<0x1018, line: 0)], blocks) == [7: 6, 8: 5])
    }

    /// A loop within one row, as a macro's; not what follows where the statement was not entered.
    @Test func aStatementThatWasEnteredCountsByTheLargestNumberOfItsBytes() {
        let rows = [row(0x1000, 0x1010, 7), row(0x1010, 0x1020, 8)]
        let blocks: [(UInt64, UInt16, UInt64)] = [(0, 16, 2), (8, 8, 3), (0x18, 8, 9)]
        #expect(hits(rows, [], covered(blocks, .executions)) == [7: 5, 8: 0])
    }

    /// Two rows at one address, the first with a statement of its own; then one that begins in the
    /// second's bytes, as two compilation units can have it.
    @Test func bytesThatSeveralRowsHaveAreTheLastOnes() {
        let rows = [row(0x1000, 0x1001, 7), row(0x1000, 0x1020, 8), row(0x1010, 0x1020, 9)]
        let blocks: [(UInt64, UInt16, UInt64)] = [(0, 0x20, 2), (8, 0x18, 3), (0x18, 8, 4)]
        #expect(hits(rows, [], covered(blocks, .executions)) == [7: 2, 8: 5, 9: 9])
    }

    /// Two instances of a template: three executions of one, and four of the other.
    @Test func functionsOnOneLineCountEachForItself() {
        let rows = [row(0x1000, 0x1008, 7), row(0x1008, 0x1010, 7), row(0x1010, 0x1018, 7)]
        let functions = [
            function("f<int>", 0x1000..<0x1010, line: 0),
            function("f<char>", 0x1010..<0x1018, line: 0),
        ]
        let blocks: [(UInt64, UInt16, UInt64)] = [(0, 8, 3), (8, 8, 2), (0x10, 8, 4)]
        #expect(hits(rows, functions, covered(blocks, .executions)) == [7: 7])
        #expect(hits(rows, functions, covered(blocks, .runs)) == [7: 4])
    }

    /// The prologue's rows are of the brace's line, 4, which other code stands on in `g` alone.
    @Test func aFunctionIsEnteredOnTheLineOfItsDeclaration() {
        let rows = [
            row(0x1000, 0x1004, 4), row(0x1004, 0x1008, 4), row(0x1008, 0x1010, 5),
            row(0x1010, 0x1018, 6),
        ]
        let blocks = covered([(0, 0x18, 3)], .executions)
        #expect(
            hits(rows, [function("f", 0x1000..<0x1018, line: 3)], blocks) == [3: 3, 5: 3, 6: 3])
        let behind = [
            row(0x1000, 0x1004, 4), row(0x1004, 0x1008, 5), row(0x1008, 0x1010, 4),
        ]
        #expect(
            hits(behind, [function("g", 0x1000..<0x1010, line: 3)], blocks) == [3: 3, 4: 3, 5: 3])
        // Entered elsewhere than where its code begins, and with no declaration that is known.
        let other = [function("h", 0x1000..<0x1018, line: 3, entry: 0x1008)]
        #expect(hits(rows, other, blocks) == [3: 3, 4: 3, 6: 3])
        #expect(
            hits(rows, [function("i", 0x1000..<0x1018, line: 0)], blocks) == [4: 3, 5: 3, 6: 3])
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
        #expect(coverage.files[0].lines == [.init(line: 2, hits: 1)])
    }

    @Test func locatorFindsFramesFromTheInnermostOut() {
        func inlined(_ name: String) -> LineTable.InlinedFunction {
            .init(name: name, linkageName: name, file: 0, line: 1)
        }
        func call(
            _ function: Int32, in parent: Int32?, line: Int32, _ ranges: Range<UInt64>...
        ) -> LineTable.InlinedCall {
            .init(
                function: function, parent: parent, file: 0, line: line,
                entry: ranges[0].lowerBound, ranges: ranges)
        }
        let locator = Locator(
            LineTable(
                files: ["/s.c"],
                rows: [row(0x1000, 0x1001, 4), row(0x1000, 0x1008, 5), row(0x1010, 0x1018, 9)],
                functions: [
                    .init(
                        name: "f", linkageName: "f", file: 0, line: 3, entry: 0x1000,
                        ranges: [0x1000..<0x1008])
                ],
                inlinedFunctions: [inlined("g"), inlined("h")],
                inlinedCalls: [
                    call(0, in: nil, line: 30, 0x1002..<0x1004, 0x1005..<0x1008),
                    // As long as what it lies in; and one that goes past it, which must do no harm.
                    call(1, in: 0, line: 40, 0x1005..<0x1008),
                    call(1, in: 0, line: 50, 0x1003..<0x1005),
                ]))
        func frame(_ function: String?, _ line: Int) -> Locator.Frame {
            .init(function: function, file: line == 0 ? nil : "/s.c", line: line)
        }
        #expect(locator.frames(of: 0x1000) == [frame("f", 5)])
        #expect(locator.frames(of: 0x1002) == [frame("g", 5), frame("f", 30)])
        #expect(
            locator.frames(of: 0x1003) == [frame("h", 5), frame("g", 50), frame("f", 30)])
        #expect(locator.frames(of: 0x1004) == [frame("f", 5)])
        #expect(
            locator.frames(of: 0x1006) == [frame("h", 5), frame("g", 40), frame("f", 30)])
        #expect(locator.frames(of: 0x1010) == [frame(nil, 9)])
        #expect(locator.frames(of: 0x1008) == [frame(nil, 0)])
        #expect(locator.frames(of: 0xFFF) == [frame(nil, 0)])
    }
}
