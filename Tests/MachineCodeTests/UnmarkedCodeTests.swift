import MachineCode
import Testing

/// Which of ARM's two sets code is of that nothing says it of. Bytes and what they are as objdump has them.
@Suite struct UnmarkedCodeTests {
    /// 1000: push {r4, lr} (ARM); 1004: blx 0x1010; 1008: popne {r4, pc}; 100c: b 0x1018;
    /// 1010: push {r3, lr} (Thumb); 1012: cmp r0, #0; 1014: beq.n 0x1012; 1016: pop {r3, pc};
    /// 1018: pop {r4, pc} (ARM); 101c: bx lr (Thumb); 101e: nop
    private let section = Code.Section(
        .arm, start: 0x1000,
        bytes: [
            0x10, 0x40, 0x2D, 0xE9, 0x01, 0x00, 0x00, 0xFA, 0x10, 0x80, 0xBD, 0x18,
            0x01, 0x00, 0x00, 0xEA, 0x08, 0xB5, 0x00, 0x28, 0xFD, 0xD0, 0x08, 0xBD,
            0x10, 0x80, 0xBD, 0xE8, 0x70, 0x47, 0x00, 0xBF,
        ])
    private let arm: [UInt64] = [0x1000, 0x1004, 0x1008, 0x100C, 0x1018]
    private let thumb: [UInt64] = [0x1010, 0x1012, 0x1014, 0x1016]

    /// Where instructions of ARM begin, and of Thumb.
    private func starts(_ entries: [UnmarkedCode.Entry], _ blocks: [Range<UInt64>])
        -> (arm: [UInt64], thumb: [UInt64])
    {
        let pieces = UnmarkedCode([section], constants: [], entries: entries)
            .code(executed: blocks).pieces(in: 0x1000..<0x1020, starts: [])
        return (
            pieces.filter { $0.set == .arm }.map(\.address),
            pieces.filter { $0.set == .thumb }.map(\.address)
        )
    }

    @Test func blocksSayIt() {
        let found = starts(
            [], [0x1000..<0x1008, 0x1010..<0x1016, 0x1018..<0x101C, 0x101C..<0x101E])
        #expect(found.arm == arm)
        #expect(found.thumb == thumb + [0x101C, 0x101E])
    }

    @Test func blxChangesTheSet() {
        let found = starts([UnmarkedCode.Entry(0x1000, isThumb: false)], [])
        #expect(found.arm.prefix(5) == arm[...])
        #expect(found.thumb == thumb)
    }

    @Test func armLiesOnWords() {
        let found = starts([UnmarkedCode.Entry(0x1002, isThumb: false)], [0x1016..<0x1018])
        #expect(found.arm.allSatisfy { $0 & 3 == 0 })
    }
}
