import MachineCode
import Testing

/// Where blocks end of which the beginning is known. Bytes and what they are as objdump has them.
@Suite struct BlockEndTests {
    /// 0: push %rbp; 1: call 0x1010; 6: nop; 7: je 0x1010; 9: ret; a: (bad)
    private let code = Code([
        Code.Section(
            .x8664, start: 0x1000,
            bytes: [0x55, 0xE8, 0x0A, 0, 0, 0, 0x90, 0x74, 0x07, 0xC3, 0x06, 0x90]),
        Code.Section(.x8664, start: 0x2000, bytes: [0xC3]),
    ])

    @Test func branchesEndBlocks() {
        #expect(code.blockEnds(from: [0x1000], passesCalls: false) == [0x1006])
        #expect(code.blockEnds(from: [0x1000], passesCalls: true) == [0x1009])
        #expect(code.blockEnds(from: [0x1009], passesCalls: true) == [0x100A])
    }

    @Test func nextStartsEndBlocks() {
        let starts: [UInt64] = [0x1000, 0x1001, 0x1006, 0x2000]
        #expect(
            code.blockEnds(from: starts, passesCalls: true) == [0x1001, 0x1006, 0x1009, 0x2001])
        // In the middle of an instruction.
        #expect(code.blockEnds(from: [0x1001, 0x1003], passesCalls: true)[0] == 0x1003)
    }

    /// Blocks that run on over the beginnings of others, unless these were executed right after them.
    @Test func reachesEndBlocks() {
        let starts: [UInt64] = [0x1000, 0x1006, 0x1007]
        let none = [UInt64](repeating: .max, count: 3)
        #expect(
            code.blockEnds(from: starts, passesCalls: false, reaches: none)
                == [0x1006, 0x1009, 0x1009])
        #expect(
            code.blockEnds(from: starts, passesCalls: false, reaches: [0x1006, 0x1007, 0x1009])
                == [0x1006, 0x1007, 0x1009])
        // The loop's jump leads into its own block: 0: nop; 1: nop; 2: jmp 0x3001
        let loop = Code([
            Code.Section(.x8664, start: 0x3000, bytes: [0x90, 0x90, 0xEB, 0xFD])
        ])
        #expect(
            loop.blockEnds(from: [0x3000, 0x3001], passesCalls: false, reaches: [0x3001, .max])
                == [0x3004, 0x3004])
    }

    @Test func whatIsNoCodeHasNoEnd() {
        #expect(
            code.blockEnds(from: [0, 0x100A, 0x100B, 0x100C, 0x2001, .max], passesCalls: false)
                == [nil, nil, 0x100C, nil, nil, nil])
        #expect(code.blockEnds(from: [], passesCalls: false).isEmpty)
    }

    @Test func compilersCalls() {
        let calls = CompilersCalls(target: 0x1010, areBehind: false)
        #expect(code.compilersCalls([0x1001]) == calls)
        #expect(
            code.compilersCalls([0x1006]) == CompilersCalls(target: 0x1010, areBehind: true))
        #expect(code.compilersCalls([0x1000, 0x1001]) == nil)
        #expect(code.compilersCalls([0x1001, 0x1006]) == nil)
        #expect(code.compilersCalls([]) == nil)
    }
}
