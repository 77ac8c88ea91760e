import Testing

@testable import Coverage

/// Bytes and meanings are those that GNU as and objdump give.
@Suite struct MachineCodeTests {
    private func branch(
        _ processor: MachineCode.Processor, _ bytes: [UInt8], filled: Int = 0x100
    ) -> Branch? {
        let code = MachineCode(
            processor,
            [
                .init(start: 0x1000, bytes: [0xC3]),
                .init(
                    start: 0x2000,
                    bytes: [UInt8](repeating: 0x90, count: filled) + bytes
                        + [UInt8](repeating: 0x90, count: filled)),
            ])
        let end = UInt64(0x2000 + filled + bytes.count)
        let range = 0x2000..<end
        #expect(
            code.branches(endingWith: [0x1000..<0x1001, range]) == [
                code.branch(endingAt: 0x1001), code.branch(endingAt: end),
            ])
        return code.branch(endingAt: end)
    }

    @Test func branchesOfX86() {
        #expect(branch(.x86, [0x75, 0x0A]) == .conditional(0x210C))  // jne
        #expect(branch(.x86, [0x74, 0xFE]) == .conditional(0x2100))  // je
        #expect(branch(.x86, [0x0F, 0x8E, 0xFA, 0xFF, 0xFF, 0xFF]) == .conditional(0x2100))  // jle
        #expect(branch(.x86, [0xEB, 0x10]) == .jump(0x2112))
        #expect(branch(.x86, [0xE9, 0x10, 0, 0, 0]) == .jump(0x2115))
        #expect(branch(.x86, [0xE8, 0x10, 0, 0, 0]) == .call)
        #expect(branch(.x86, [0xFF, 0xD2]) == .call)  // call *%rdx
        #expect(branch(.x86, [0xFF, 0x15, 0, 0x10, 0x20, 0]) == .call)  // call *0x201000(%rip)
        #expect(branch(.x86, [0xFF, 0x50, 0x18]) == .call)  // call *0x18(%rax)
        #expect(branch(.x86, [0x3E, 0xFF, 0xE0]) == .jump(nil))  // notrack jmp *%rax
        #expect(branch(.x86, [0xC9, 0xC3]) == .leave)  // leave; ret
        #expect(branch(.x86, [0x48, 0x83, 0xC4, 0x78, 0xC3]) == .leave)  // add $120,%rsp; ret
        #expect(branch(.x86, [0x0F, 0x0B]) == .leave)  // ud2
        #expect(branch(.x86, [0x48, 0x89, 0xE5]) == nil)  // mov %rsp,%rbp
        #expect(branch(.x86, [0xF3, 0x48, 0xAB]) == nil)  // rep stos
    }

    @Test func branchesOfAArch64() {
        func word(_ word: UInt32) -> Branch? {
            branch(.aarch64, (0..<4).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) })
        }
        #expect(word(0x1400_0004) == .jump(0x2110))  // b .+16
        #expect(word(0x17FF_FFFF) == .jump(0x20FC))  // b .-4
        #expect(word(0x9400_0004) == .call)  // bl
        #expect(word(0x5400_0041) == .conditional(0x2108))  // b.ne .+8
        #expect(word(0xB4FF_FFE0) == .conditional(0x20FC))  // cbz x0, .-4
        #expect(word(0x3618_0040) == .conditional(0x2108))  // tbz w0, #3, .+8
        #expect(word(0xD61F_0000) == .jump(nil))  // br x0
        #expect(word(0xD63F_0000) == .call)  // blr x0
        #expect(word(0xD65F_03C0) == .leave)  // ret
        #expect(word(0x9100_03FD) == nil)  // mov x29, sp
    }

    @Test func whatIsOneJumpAndNothingElse() {
        let code = MachineCode(
            .x86,
            [
                .init(
                    start: 0x1000,
                    bytes: [0x39, 0xC8, 0x90, 0xEB, 0xFB, 0xE9, 0xF6, 0xFF, 0xFF, 0xFF])
            ])
        #expect(code.loneJump(0x1003..<0x1005) == 0x1000)
        #expect(code.loneJump(0x1000..<0x1005) == nil)
        #expect(code.loneJump(0x1005..<0x100A) == 0x1000)
        #expect(code.loneJump(0x1006..<0x100B) == nil)
        #expect(code.loneJump(0xFFF..<0x1000) == nil)
    }
}
