@testable import Coverage
import Testing

@Suite struct FunctionTests {
    private func function(
        _ name: String, _ range: Range<UInt64>, isArtificial: Bool = false, isPart: Bool = false
    ) -> LineTable.Function {
        .init(
            name: name, linkageName: name, file: 0, line: 1, entry: range.lowerBound,
            ranges: [range], isArtificial: isArtificial, isPart: isPart)
    }

    private func inlined(_ name: String, isArtificial: Bool = false) -> LineTable.InlinedFunction {
        .init(name: name, linkageName: name, file: 0, line: 1, isArtificial: isArtificial)
    }

    private func call(_ function: Int32, _ range: Range<UInt64>, entry: UInt64? = nil)
        -> LineTable.InlinedCall
    {
        .init(
            function: function, parent: nil, file: 0, line: 9, entry: entry ?? range.lowerBound,
            ranges: [range])
    }

    private func row(
        _ address: UInt64, _ end: UInt64, _ line: Int32, isStatement: Bool = true
    ) -> LineTable.Row {
        .init(address: address, end: end, file: 0, line: line, isStatement: isStatement)
    }

    /// Of optimised code, as half of its rows say.
    private let parts = [
        LineTable.Row(address: 0x9000, end: 0x9001, file: 0, line: 99, isStatement: false)
    ]

    private func calls(
        _ table: LineTable, _ blocks: [(UInt64, UInt16, UInt64)], _ unit: BlockSet.CountUnit
    ) -> [String: Int] {
        let counted = blocks.map { BlockSet.Counted(offset: $0.0, size: $0.1, count: $0.2) }
        var coverage = SourceCoverage()
        coverage.add(
            table,
            covered: AddressRanges(BlockSet(counted, countUnit: unit), base: 0x1000))
        let functions = coverage.files.flatMap(\.functions)
        return Dictionary(uniqueKeysWithValues: functions.map { ($0.name, $0.hits) })
    }

    /// `f` has code of its own, and is inlined into `g` at two places; `h` is inlined alone, and `i` was not reached.
    @Test func callsAreThoseOfTheOwnCodeAndOfAllCopies() {
        let table = LineTable(
            files: ["/s.c"], rows: [],
            functions: [function("f", 0x1000..<0x1010), function("g", 0x1010..<0x1040)],
            inlinedFunctions: [inlined("f"), inlined("h"), inlined("i"), inlined("f")],
            inlinedCalls: [
                call(0, 0x1014..<0x1020), call(3, 0x1020..<0x1028), call(1, 0x1020..<0x1024),
                call(2, 0x1030..<0x1038),
                // Of which nothing is left.
                .init(function: 2, parent: nil, file: 0, line: 9, entry: nil, ranges: []),
            ])
        let blocks: [(UInt64, UInt16, UInt64)] = [(0, 16, 2), (0x10, 16, 3), (0x20, 8, 5)]
        #expect(calls(table, blocks, .executions) == ["f": 10, "g": 3, "h": 5, "i": 0])
        // A run can have come to one of the places alone.
        #expect(calls(table, blocks, .runs) == ["f": 5, "g": 3, "h": 5, "i": 0])
    }

    /// `g` is declared on line 1, which has no code.
    @Test func whatIsInlinedAloneIsDeclaredSomewhere() {
        func lines(_ rows: [LineTable.Row]) -> [SourceCoverage.Line] {
            var coverage = SourceCoverage()
            coverage.add(
                LineTable(
                    files: ["/s.c"], rows: rows, functions: [],
                    inlinedFunctions: [inlined("g")], inlinedCalls: [call(0, 0x1000..<0x1008)]),
                covered: AddressRanges(BlockSet([.init(offset: 0, size: 16)]), base: 0x1000))
            return coverage.files[0].lines
        }
        let own = [row(0x1000, 0x1008, 4)]
        #expect(lines(own + parts) == [.init(line: 1, hits: 1), .init(line: 4, hits: 1)])
        // Where nothing was optimised, it is a part of what it stands in.
        #expect(lines(own) == [.init(line: 4, hits: 1)])
    }

    /// The beginning of `f` is inlined, and goes on to the part that is left.
    @Test func aPartThatIsLeftIsNoCall() {
        let table = LineTable(
            files: ["/s.c"],
            rows: [row(0x1000, 0x1010, 5), row(0x1010, 0x1014, 8), row(0x1014, 0x1020, 3)] + parts,
            functions: [
                function("f", 0x1000..<0x1010, isPart: true), function("g", 0x1010..<0x1020),
            ],
            inlinedFunctions: [inlined("f")], inlinedCalls: [call(0, 0x1014..<0x1018)])
        let blocks: [(UInt64, UInt16, UInt64)] = [(0, 16, 2), (0x10, 16, 3)]
        #expect(calls(table, blocks, .executions) == ["f": 3, "g": 3])
        // Where it begins is no declaration.
        var coverage = SourceCoverage()
        coverage.add(
            table,
            covered: AddressRanges(BlockSet([.init(offset: 0, size: 16)]), base: 0x1000))
        #expect(coverage.files[0].lines.contains(.init(line: 5, hits: 1)))
    }

    /// Lines 1 to 3 are of a function that nobody wrote, but for 2, which is of one that was inlined into it, and
    /// which has one of the former kind in it.
    @Test func whatNobodyWroteIsLeftOut() {
        let table = LineTable(
            files: ["/s.c"],
            rows: [
                row(0x0F00, 0x0F10, 7), row(0x1000, 0x1008, 1), row(0x1008, 0x100C, 2),
                row(0x100C, 0x1010, 3), row(0x1010, 0x1018, 2), row(0x1018, 0x1020, 3),
                row(0x1020, 0x1030, 8),
            ] + parts,
            functions: [
                function("made", 0x1000..<0x1020, isArtificial: true),
                function("main", 0x1020..<0x1030),
            ],
            inlinedFunctions: [inlined("written"), inlined("member", isArtificial: true)],
            inlinedCalls: [call(0, 0x1008..<0x1018), call(1, 0x100C..<0x1010)]
        )
        .withoutArtificialLines()
        #expect(table.rows.map(\.line) == [7, 2, 2, 8, 99])
        let blocks: [(UInt64, UInt16, UInt64)] = [(0, 0x30, 2)]
        #expect(calls(table, blocks, .executions) == ["main": 2, "written": 2])
        var coverage = SourceCoverage()
        coverage.add(
            table,
            covered: AddressRanges(BlockSet([.init(offset: 0, size: 0x30)]), base: 0x1000))
        #expect(coverage.files[0].lines.map(\.line) == [1, 2, 7])
    }
}
