import MachineCode
import Testing

@testable import Coverage

/// Shapes of code that GCC makes at -O0, with the counts that gcov gives for the sources.
@Suite struct GcovLineCountsTests {
    /// A part of a function: its line, 0 for none, how long it is, and the bytes that it ends with.
    private struct Part {
        var line: Int32
        var size: Int
        var ending: [UInt8] = []
        var isStatement = true
    }

    /// - Parameters:
    ///   - blocks: number of the first part, how many parts, executions.
    ///   - declared: the line of the function's declaration, if it is known.
    private func hits(
        _ parts: [Part], _ blocks: [(Int, Int, UInt64)], declared: Int32 = 0, isOfGCC: Bool = false,
        unit: BlockSet.CountUnit = .executions, rule: CountRule = .gcov
    ) -> [Int: Int] {
        var (bytes, starts): ([UInt8], [UInt64]) = ([], [])
        for part in parts {
            starts.append(UInt64(bytes.count))
            bytes += [UInt8](repeating: 0x90, count: part.size - part.ending.count) + part.ending
        }
        starts.append(UInt64(bytes.count))
        let rows = parts.enumerated().filter { $1.line > 0 }.map { index, part in
            LineTable.Row(
                address: 0x1000 + starts[index], end: 0x1000 + starts[index + 1], file: 0,
                line: part.line, isStatement: part.isStatement)
        }
        let end = 0x1000 + UInt64(bytes.count)
        var table = LineTable(
            files: ["/s.c"], rows: rows,
            functions: [
                .init(
                    name: "f", linkageName: "f", file: 0, line: declared, entry: 0x1000,
                    ranges: [0x1000..<end], isOfGCC: isOfGCC)
            ])
        table.code = Code([.init(.x8664, start: 0x1000, bytes: bytes)])
        let counted = blocks.map { first, count, executions in
            BlockSet.Counted(
                offset: starts[first], size: UInt16(starts[first + count] - starts[first]),
                count: executions)
        }
        var coverage = SourceCoverage(rule: rule)
        coverage.add(
            table, covered: AddressRanges(BlockSet(counted, countUnit: unit), base: 0x1000))
        let lines = coverage.files.flatMap(\.lines)
        return Dictionary(uniqueKeysWithValues: lines.map { ($0.line, $0.hits) })
    }

    /// `while` jumps to its condition, behind its body: 3 turns.
    @Test func jumpsWithinALineAreNoNewExecutions() {
        let loop = [
            Part(line: 1, size: 8), Part(line: 2, size: 2, ending: [0xEB, 8]),
            Part(line: 3, size: 8), Part(line: 2, size: 5, ending: [0x75, 0xF3]),
            Part(line: 4, size: 8),
        ]
        #expect(
            hits(loop, [(0, 2, 1), (3, 1, 1), (2, 2, 3), (4, 1, 1)]) == [1: 1, 2: 4, 3: 3, 4: 1])
    }

    /// So many blocks are shared out to two threads: loops like the one above, each with a jump over
    /// code that is not executed.
    @Test func aLargeFunctionHasTheSameCountsAsItsLoopsHave() {
        var (parts, blocks): ([Part], [(Int, Int, UInt64)]) = ([], [])
        var expected: [Int: Int] = [:]
        for number in 0..<2_000 {
            let (first, line) = (parts.count, 10 * number)
            parts += [
                Part(line: Int32(line + 1), size: 8),
                Part(line: Int32(line + 2), size: 2, ending: [0xEB, 8]),
                Part(line: Int32(line + 3), size: 8),
                Part(line: Int32(line + 2), size: 5, ending: [0x75, 0xF3]),
                Part(line: Int32(line + 4), size: 8, ending: [0xEB, 8]),
                Part(line: Int32(line + 5), size: 8),
            ]
            blocks += [(first, 2, 1), (first + 3, 1, 1), (first + 2, 2, 3), (first + 4, 1, 1)]
            for (behind, count) in [(1, 1), (2, 4), (3, 3), (4, 1), (5, 0)] {
                expected[line + behind] = count
            }
        }
        #expect(hits(parts, blocks) == expected)
    }

    /// `return f(x)` with a destructor's call, which is the closing brace's, before it leaves.
    @Test func aLineThatIsComeBackToCountsTwice() {
        let call: [UInt8] = [0xE8, 0, 0, 0, 0]
        let parts = [
            Part(line: 7, size: 10, ending: call), Part(line: 8, size: 10, ending: call),
            Part(line: 7, size: 4, ending: [0xEB, 0]), Part(line: 8, size: 4, ending: [0xC3]),
        ]
        #expect(hits(parts, [(0, 1, 5), (1, 1, 5), (2, 1, 5), (3, 1, 5)])[7] == 10)
    }

    /// A call over three lines, whose first is come back to within the block.
    @Test func aBlockIsItsLargestLines() {
        let call: [UInt8] = [0xE8, 0, 0, 0, 0]
        let parts = [
            Part(line: 5, size: 8), Part(line: 6, size: 8), Part(line: 5, size: 8, ending: call),
            Part(line: 7, size: 8),
        ]
        #expect(hits(parts, [(0, 3, 4), (3, 1, 4)]) == [5: 4, 6: 4, 7: 4])
    }

    /// `rep stos` is a block of its own, executed at each turn.
    @Test func anInstructionThatRepeatsItselfIsExecutedOnce() {
        let parts = [
            Part(line: 1, size: 8), Part(line: 2, size: 8), Part(line: 2, size: 3),
            Part(line: 2, size: 8), Part(line: 3, size: 8),
        ]
        #expect(hits(parts, [(0, 3, 2), (2, 1, 98), (3, 2, 2)]) == [1: 2, 2: 2, 3: 2])
    }

    /// `for (;;)` ends with a jump to its first statement, whose line that has.
    @Test func theEndOfAnEndlessLoopIsNoExecution() {
        let parts = [
            Part(line: 1, size: 8), Part(line: 2, size: 8),
            Part(line: 3, size: 8, ending: [0x74, 10]),
            Part(line: 4, size: 8), Part(line: 2, size: 2, ending: [0xEB, 0xE6]),
            Part(line: 5, size: 8),
        ]
        #expect(
            hits(parts, [(0, 3, 1), (1, 2, 6), (3, 2, 6), (5, 1, 1)])
                == [1: 1, 2: 7, 3: 7, 4: 6, 5: 1])
    }

    /// C++ has the jump over an `else` on the brace before it, and an `if` before that leads past it.
    @Test func aJumpThatAConditionLeadsPastIsExecuted() {
        let parts = [
            Part(line: 1, size: 8, ending: [0x74, 18]),  // to line 5
            Part(line: 2, size: 8, ending: [0x74, 18]),  // past line 4, to line 6
            Part(line: 3, size: 8), Part(line: 4, size: 2, ending: [0xEB, 8]),
            Part(line: 5, size: 8), Part(line: 6, size: 8),
        ]
        #expect(
            hits(parts, [(0, 1, 5), (1, 1, 2), (4, 2, 3), (5, 1, 2)])
                == [1: 5, 2: 2, 3: 0, 4: 2, 5: 3, 6: 5])
    }

    /// A closing brace of GCC's is a line if a statement ends there: one that does nothing, a destructor's call, a trap.
    @Test func aWayOutIsNoLine() {
        func isLine(_ ending: [UInt8], isOfGCC: Bool = true) -> Bool {
            let parts = [
                Part(line: 1, size: 8), Part(line: 2, size: 8),
                Part(line: 3, size: ending.count, ending: ending),
            ]
            let hits = hits(parts, [(0, 3, 2)], declared: 1, isOfGCC: isOfGCC)
            #expect(hits.filter { $0.key != 3 } == [1: 2, 2: 2])
            return hits[3] == 2
        }
        #expect(!isLine([0x5D, 0xC3]))  // pop %rbp; ret
        #expect(isLine([0x5D, 0xC3], isOfGCC: false))
        #expect(isLine([0x90, 0x5D, 0xC3]))
        #expect(isLine([0xE8, 0, 0, 0, 0, 0xC9, 0xC3]))  // call; leave; ret
        #expect(!isLine([0x74, 5, 0xE8, 0, 0, 0, 0, 0xC9, 0xC3]))  // je past a call
        #expect(isLine([0x74, 6, 0x5D, 0xE8, 0, 0, 0, 0, 0xC9, 0xC3]))
        #expect(isLine([0x0F, 0x0B]))  // ud2
    }

    /// `return` before it has the block that the way out is in.
    @Test func aWayOutIsNoPartOfABlock() {
        let parts = [
            Part(line: 1, size: 8, ending: [0x74, 8]), Part(line: 2, size: 8),
            Part(line: 3, size: 8),
            Part(line: 4, size: 1, ending: [0xC3]),
        ]
        #expect(
            hits(parts, [(0, 1, 3), (1, 3, 2), (2, 2, 1)], declared: 1, isOfGCC: true)
                == [1: 3, 2: 2, 3: 3])
    }

    /// A macro with a `switch` in it: one line and column, of which the first row alone is marked.
    @Test func aPartThatIsJumpedToIsExecuted() {
        let parts = [
            Part(line: 1, size: 8, ending: [0x74, 16]),  // to the third
            Part(line: 2, size: 8), Part(line: 2, size: 8, ending: [0xEB, 8], isStatement: false),
            Part(line: 2, size: 8, isStatement: false), Part(line: 3, size: 8),
            Part(line: 4, size: 8), Part(line: 5, size: 8), Part(line: 6, size: 8),
        ]
        let blocks: [(Int, Int, UInt64)] = [(0, 1, 4), (3, 5, 4)]
        let expected = [1: 4, 2: 4, 3: 4, 4: 4, 5: 4, 6: 4]
        #expect(hits(parts, blocks) == expected)
        #expect(hits(parts, blocks, unit: .runs) == expected)
    }

    /// A line whose rows all are parts of other lines' statements is none.
    @Test func aPartAloneIsNoLine() {
        let parts = [
            Part(line: 1, size: 8, ending: [0xEB, 8]), Part(line: 2, size: 8),
            Part(line: 3, size: 8, isStatement: false), Part(line: 4, size: 8),
        ]
        let blocks: [(Int, Int, UInt64)] = [(0, 1, 4), (2, 2, 4)]
        #expect(hits(parts, blocks) == [1: 4, 2: 0, 4: 4])
        #expect(hits(parts, blocks, unit: .runs) == [1: 4, 2: 0, 4: 4])
    }

    /// `for (;;)` at the beginning of a function: GCC has the declaration's line in the block that its end jumps to.
    @Test func aFunctionThatBeginsWithALoop() {
        let parts = [
            Part(line: 1, size: 8), Part(line: 3, size: 8, ending: [0x75, 0xF8]),
            Part(line: 4, size: 8),
        ]
        let blocks: [(Int, Int, UInt64)] = [(0, 2, 1), (1, 1, 7), (2, 1, 1)]
        #expect(hits(parts, blocks, declared: 1, isOfGCC: true) == [1: 8, 3: 8, 4: 1])
        #expect(hits(parts, blocks, declared: 1) == [1: 1, 3: 8, 4: 1])
        #expect(
            hits(parts, blocks, declared: 1, isOfGCC: true, rule: .executions)
                == [1: 1, 3: 8, 4: 1])
    }

    /// `rep stos` in optimised code is a block of its own, too.
    @Test func optimisedCodeThatRepeatsItself() {
        let parts = [
            Part(line: 1, size: 8, isStatement: false), Part(line: 0, size: 4),
            Part(line: 2, size: 8), Part(line: 2, size: 3, isStatement: false),
            Part(line: 2, size: 8, isStatement: false), Part(line: 3, size: 8, ending: [0xC3]),
        ]
        #expect(hits(parts, [(0, 4, 4), (3, 1, 48), (4, 2, 4)]) == [2: 4, 3: 4])
    }

    /// Before one of its rows is code of no line.
    @Test func optimisedCodeCountsByTheLargest() {
        let call: [UInt8] = [0xE8, 0, 0, 0, 0]
        let parts = [
            Part(line: 7, size: 10, ending: call), Part(line: 8, size: 10, ending: call),
            Part(line: 7, size: 8, ending: [0xC3]), Part(line: 0, size: 4),
            Part(line: 8, size: 4, isStatement: false), Part(line: 8, size: 4, isStatement: false),
        ]
        #expect(hits(parts, [(0, 1, 5), (1, 1, 5), (2, 1, 5)]) == [7: 5, 8: 5])
    }
}
