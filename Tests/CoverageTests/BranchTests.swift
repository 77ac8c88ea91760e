import MachineCode
import Testing

@testable import Coverage

/// What follows of branches from where blocks begin and end.
@Suite struct BranchTests {
    private typealias Branch = SourceCoverage.Branch

    /// Parts of a function at 0x1000, each a row with its line; blocks by offsets, with executions or none.
    private func branches(
        _ rows: [(line: Int32, bytes: [UInt8])], _ blocks: [(Range<UInt64>, UInt64)],
        isCounted: Bool = true
    ) -> [Branch] {
        var (bytes, table): ([UInt8], [LineTable.Row]) = ([], [])
        for row in rows {
            let start = 0x1000 + UInt64(bytes.count)
            bytes += row.bytes
            table.append(
                .init(
                    address: start, end: start + UInt64(row.bytes.count), file: 0, line: row.line,
                    isStatement: true))
        }
        let end = 0x1000 + UInt64(bytes.count)
        var lines = LineTable(
            files: ["/s.c"], rows: table,
            functions: [
                .init(
                    name: "f", linkageName: "f", file: 0, line: 0, entry: 0x1000,
                    ranges: [0x1000..<end])
            ])
        lines.code = Code([.init(.x8664, start: 0x1000, bytes: bytes)])
        let set = BlockSet(
            blocks.map { range, count in
                BlockSet.Counted(
                    offset: range.lowerBound, size: UInt16(range.count), count: count)
            }, countUnit: isCounted ? .executions : .nothing)
        let covered = AddressRanges(set, base: 0x1000)
        var coverage = SourceCoverage()
        coverage.add(lines, covered: covered)
        coverage.addBranches(lines, covered: covered, blocks: set, base: 0x1000)
        return coverage.files.flatMap(\.branches)
    }

    private let nops = [UInt8](repeating: 0x90, count: 4)

    /// A condition that jumps over its body: 0 to 6, 6 to 10, 10 to 15.
    private var jumpOver: [(Int32, [UInt8])] {
        [(1, nops + [0x74, 4]), (2, nops), (3, nops + [0xC3])]
    }

    private func ways(_ hits: Int?...) -> [Int?] { hits }

    @Test func countsFollowFromWhereBlocksBegin() {
        let found = branches(jumpOver, [(0..<6, 5), (6..<15, 3), (10..<15, 2)])
        #expect(found.map(\.line) == [1])
        #expect(found.first?.ways.map(\.hits) == ways(3, 2))
        #expect(found.first?.ways.map(\.destination) == [2, 3])
    }

    @Test func withoutCountsItIsKnownWhereNothingElseLeads() {
        func hits(_ blocks: Range<UInt64>...) -> [Int?]? {
            branches(jumpOver, blocks.map { ($0, 1) }, isCounted: false).first?.ways.map(\.hits)
        }
        #expect(hits(0..<6, 6..<15) == ways(1, 0))
        #expect(hits(0..<6, 6..<15, 10..<15) == ways(1, 1))
        // A block ends there, so that what begins there may have run into it.
        #expect(hits(0..<6, 6..<10, 10..<15) == ways(1, nil))
        #expect(hits(0..<6, 10..<15) == ways(0, 1))
    }

    /// Two runs, each of which went both ways: their numbers are no executions.
    @Test func numbersOfRunsAreNotTakenForExecutions() {
        let found = branches(jumpOver, [(0..<6, 2), (6..<15, 2), (10..<15, 2)])
        #expect(found.first?.ways.map(\.hits) == ways(2, 2))
    }

    /// `if (a) do … while (b)`: two ways lead into the loop and two past it, with one sum too few. 0 to 6 the condition, 6 to 12
    /// the loop, 12 the end.
    private var loopBehindCondition: [(Int32, [UInt8])] {
        [(1, nops + [0x74, 6]), (2, nops + [0x75, 0xFA]), (3, [0xC3])]
    }

    /// How often the loop was entered is not known, but it was, since it ran; and it went round, since it ran more often
    /// than the condition.
    @Test func whatNoSumSaysAloneFollowsFromAll() {
        let often = branches(loopBehindCondition, [(0..<6, 3), (6..<12, 10), (12..<13, 3)])
        #expect(often.map { $0.ways.map(\.hits) } == [ways(1, nil), ways(7, 1)])
        let once = branches(loopBehindCondition, [(0..<6, 5), (6..<12, 2), (12..<13, 5)])
        #expect(once.map { $0.ways.map(\.hits) } == [ways(1, 3), ways(nil, 1)])
    }

    @Test func whatWasNeverComeToIsSaidSo() {
        let found = branches(jumpOver, [])
        #expect(found.map(\.isReached) == [false])
        #expect(found.first?.ways.map(\.hits) == ways(0, 0))
    }

    /// Two ways of one row that come together at its end, as a conversion of a large number has them.
    @Test func aRowThatLeadsToOnePlaceHasNoBranch() {
        let rows: [(Int32, [UInt8])] = [
            (1, nops + [0x78, 6] + nops + [0xEB, 4] + nops), (2, nops + [0xC3]),
        ]
        #expect(branches(rows, [(0..<6, 1), (6..<12, 1), (16..<21, 1)]).isEmpty)
    }

    /// A comparison of floating-point numbers: jp and jne to one place.
    @Test func theJumpsOfARowAreOneCondition() {
        let rows: [(Int32, [UInt8])] = [
            (1, nops + [0x7A, 10] + nops + [0x75, 4]), (2, nops), (3, nops + [0xC3]),
        ]
        let found = branches(
            rows, [(0..<6, 6), (6..<12, 5), (12..<21, 2), (16..<21, 4)])
        #expect(found.map { $0.ways.map(\.hits) } == [ways(2, 4)])
    }

    /// A call that can return ends a block; the largest line of the block counts.
    @Test func theLineIsTheLargestOfItsBlock() {
        let block: [(Int32, [UInt8])] = [(7, nops), (5, nops + [0x74, 4]), (6, nops), (8, [0xC3])]
        #expect(branches(block, []).map(\.line) == [7])
        let call: [(Int32, [UInt8])] = [
            (7, nops + [0xE8, 0, 0, 0, 0]), (5, nops + [0x74, 4]), (6, nops), (8, [0xC3]),
        ]
        #expect(branches(call, []).map(\.line) == [5])
    }

    @Test func sumsOfWhatIsNotKnown() {
        func sum(_ one: Int?, _ other: Int?, areAdded: Bool = true) -> Int? {
            var branch = Branch(line: 1, isReached: true, ways: [.init(hits: one)])
            branch.add(
                Branch(line: 1, isReached: false, ways: [.init(hits: other)]), areAdded: areAdded)
            return branch.ways[0].hits
        }
        #expect(sum(2, 3) == 5)
        #expect(sum(2, 3, areAdded: false) == 3)
        #expect(sum(0, nil) == nil)
        #expect(sum(nil, 4) == 4)
        #expect(sum(.max, 1) == .max)
    }

    @Test func copiesOfAFunctionAreOne() {
        func list(_ hits: Int, wayCount: Int = 2, number: Int32 = 0) -> BranchList {
            var list = BranchList()
            list.append(
                .init(line: 4, declaration: 3, number: number, wayCount: Int32(wayCount)),
                Branch(
                    line: 4, isReached: true,
                    ways: [Branch.Way](repeating: .init(hits: hits), count: wayCount)))
            return list
        }
        var sum = list(1)
        sum.add(list(2), areAdded: true)
        sum.add(list(5, wayCount: 3), areAdded: true)
        sum.add(list(7, number: 1), areAdded: true)
        #expect(
            sum.branches.map { $0.ways.map(\.hits) } == [ways(3, 3), ways(5, 5, 5), ways(7, 7)])
        // Another report's, in its order.
        sum.add([
            Branch(line: 4, isReached: true, ways: [.init(hits: 1), .init(hits: 0)]),
            Branch(line: 9, isReached: true, ways: [.init(hits: 1)]),
        ])
        #expect(
            sum.branches.map { $0.ways.map(\.hits) }
                == [ways(4, 3), ways(5, 5, 5), ways(7, 7), ways(1)])
    }
}
