import Testing

@testable import MachineCode

/// Bytes and meanings are those that GNU as and objdump give.
@Suite struct InstructionTests {
    private static let start: UInt64 = 0x2000

    private func code(_ set: InstructionSet, _ bytes: [UInt8]) -> Code {
        Code([
            .init(set, start: 0x1000, bytes: [0]),
            .init(set, start: InstructionTests.start, bytes: bytes),
        ])
    }

    /// The first of the bytes, which must be one instruction and nothing else.
    private func branch(_ set: InstructionSet, _ bytes: [UInt8]) -> Branch? {
        let end = InstructionTests.start + UInt64(bytes.count)
        let code = code(set, bytes + [UInt8](repeating: 0, count: 16))
        let first = code.instruction(at: InstructionTests.start)
        #expect(first?.length == bytes.count, "\(set) \(bytes)")
        #expect(code.lastBranch(of: InstructionTests.start..<end) == first?.branch)
        return first?.branch
    }

    private func words(_ words: [UInt32], _ size: Int) -> [UInt8] {
        words.flatMap { word in (0..<size).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) } }
    }

    private func word(_ set: InstructionSet, _ word: UInt32) -> Branch? {
        branch(set, words([word], 4))
    }

    private func half(_ set: InstructionSet, _ half: UInt32) -> Branch? {
        branch(set, words([half], 2))
    }

    @Test func x86() {
        func branch(_ bytes: UInt8...) -> Branch? { self.branch(.x8664, bytes) }
        #expect(branch(0x75, 0x0A) == .conditional(0x200C))  // jne
        #expect(branch(0xE3, 0xFE) == .conditional(0x2000))  // jrcxz
        #expect(branch(0x0F, 0x8E, 0xFA, 0xFF, 0xFF, 0xFF) == .conditional(0x2000))  // jle
        #expect(branch(0xEB, 0x10) == .jump(0x2012))
        #expect(branch(0xF2, 0xE9, 0x10, 0, 0, 0) == .jump(0x2016))  // bnd jmp
        #expect(branch(0xE8, 0x10, 0, 0, 0) == .call(0x2015))
        #expect(branch(0x67, 0xE8, 0x10, 0, 0, 0) == .call(0x2016))  // addr32 call
        #expect(branch(0x66, 0x66, 0x48, 0xE8, 0x10, 0, 0, 0) == .call(0x2018))  // data16 call
        #expect(branch(0xFF, 0xD2) == .call(nil))  // call *%rdx
        #expect(branch(0x41, 0xFF, 0x54, 0xD8, 0x10) == .call(nil))  // call *0x10(%r8,%rbx,8)
        #expect(branch(0xFF, 0x15, 0, 0x10, 0x20, 0) == .call(nil))  // call *0x201000(%rip)
        #expect(branch(0x3E, 0xFF, 0xE0) == .jump(nil))  // notrack jmp *%rax
        #expect(branch(0xFF, 0x24, 0xC5, 1, 2, 3, 4) == .jump(nil))  // jmp *0x4030201(,%rax,8)
        #expect(branch(0xF3, 0xC3) == .leave)  // repz ret
        #expect(branch(0xC2, 8, 0) == .leave)  // ret $8
        #expect(branch(0x0F, 0x0B) == .leave)  // ud2
        #expect(branch(0xFF, 0x30) == nil)  // push (%rax)
    }

    @Test func lengthsOfX86() {
        let noBranches: [[UInt8]] = [
            [0x48, 0xB8, 1, 2, 3, 4, 5, 6, 7, 0xC3],  // movabs
            [0x66, 0xB8, 1, 2], [0xB8, 1, 2, 3, 4],
            [0xA1, 1, 2, 3, 4, 5, 6, 7, 8], [0x67, 0xA1, 1, 2, 3, 4],
            [0xF6, 0x44, 0x24, 8, 0xC3], [0xF6, 0x5C, 0x24, 8],  // testb, negb
            [0xF7, 0x05, 1, 2, 3, 4, 5, 6, 7, 8], [0x66, 0xF7, 0xC0, 1, 2],  // testl, test
            [0x81, 0xBC, 0xD8, 1, 2, 3, 4, 5, 6, 7, 8],
            [0x04, 0x25],  // add $0x25,%al
            [0x8B, 0x04, 0x25, 1, 2, 3, 4], [0x8B, 0x45, 0xEB],
            [0xC8, 1, 0, 0], [0x0F, 0x20, 0x05],  // enter, mov %cr0,%rbp
            [0x0F, 0xBA, 0xE0, 3], [0x0F, 0xA4, 0xD0, 3], [0x66, 0x0F, 0x3A, 0x0F, 0xC1, 8],
            [0x66, 0x0F, 0x38, 0, 0xC1], [0x0F, 0x0F, 0xC1, 0xB0],  // pshufb, 3DNow!
            [0xC5, 0xF8, 0x77], [0xC5, 0xF9, 0x70, 0xC1, 4], [0xC4, 0xE3, 0x7D, 0x39, 0xC1, 1],
            [0xC4, 0xE2, 0x7D, 0x18, 0x05, 1, 2, 3, 4],
            [0x62, 0xF1, 0x7C, 0x48, 0x28, 0x44, 0x24, 1],
            [0x62, 0xF3, 0x75, 0x28, 0x25, 0xC2, 0xFF],  // vpternlogd
            [0x8F, 0xE8, 0x78, 0xA2, 0xC1, 0x10], [0x8F, 0xEA, 0x78, 0x10, 0xC1, 1, 2, 3, 4],
            [0x8F, 0xC0],  // vpcmov, bextr, pop
            [0xF2, 0x0F, 0x78, 0xC1, 1, 2], [0x0F, 0x78, 0xC1],  // insertq, vmread
            // nopw, endbr64, pop, and a REX that has no effect
            [0x66, 0x2E, 0x0F, 0x1F, 0x84, 0, 0, 0, 0, 0], [0xF3, 0x0F, 0x1E, 0xFA],
            [0x41, 0x58], [0x48, 0x66, 0x05, 1, 2],
        ]
        for bytes in noBranches { #expect(branch(.x8664, bytes) == nil, "\(bytes)") }
        #expect(code(.x8664, [0x06]).instruction(at: 0x2000) == nil)
        #expect(code(.x8664, [UInt8](repeating: 0x66, count: 20)).instruction(at: 0x2000) == nil)
    }

    @Test func i386() {
        func branch(_ bytes: UInt8...) -> Branch? { self.branch(.i386, bytes) }
        #expect(branch(0x48) == nil)  // dec %eax
        #expect(branch(0x06) == nil)  // push %es
        #expect(branch(0xC4, 0x45, 8) == nil)  // les
        #expect(branch(0xC5, 0xF8, 0x77) == nil)  // vzeroupper
        #expect(branch(0x62, 0x45, 8) == nil)  // bound
        #expect(branch(0xA1, 1, 2, 3, 4) == nil)
        #expect(branch(0x67, 0x8B, 0x46, 8) == nil)  // mov 8(%bp),%eax
        #expect(branch(0x67, 0x8B, 0x06, 8, 0) == nil)  // mov 8,%eax
        #expect(branch(0x9A, 1, 2, 3, 4, 5, 6) == .call(nil))
        #expect(branch(0xE9, 0, 0, 0, 0x80) == .jump(0x8000_2005))
        #expect(branch(0x66, 0xE9, 0xF0, 0xFF) == .jump(0x1FF4))  // of 16 bits
        #expect(branch(0xE8, 0xF0, 0xDF, 0xFF, 0xFF) == .call(0xFFFF_FFF5))
    }

    @Test func aarch64() {
        #expect(word(.aarch64, 0x1400_0004) == .jump(0x2010))  // b .+16
        #expect(word(.aarch64, 0x17FF_FFFF) == .jump(0x1FFC))  // b .-4
        #expect(word(.aarch64, 0x9400_0004) == .call(0x2010))  // bl
        #expect(word(.aarch64, 0x5400_0041) == .conditional(0x2008))  // b.ne .+8
        #expect(word(.aarch64, 0xB4FF_FFE0) == .conditional(0x1FFC))  // cbz x0, .-4
        #expect(word(.aarch64, 0x3618_0040) == .conditional(0x2008))  // tbz w0, #3, .+8
        #expect(word(.aarch64, 0xD61F_0000) == .jump(nil))  // br x0
        #expect(word(.aarch64, 0xD71F_0801) == .jump(nil))  // braa x0, x1
        #expect(word(.aarch64, 0xD63F_0000) == .call(nil))  // blr x0
        #expect(word(.aarch64, 0xD65F_03C0) == .leave)  // ret
        #expect(word(.aarch64, 0xD65F_0BFF) == .leave)  // retaa
        #expect(word(.aarch64, 0xD69F_03E0) == .leave)  // eret
        #expect(word(.aarch64, 0x0000_0001) == .leave)  // udf #1
        #expect(word(.aarch64, 0x9100_03FD) == nil)  // mov x29, sp
    }

    @Test func arm() {
        let conditionalLeave = Branch(.leave, isConditional: true)
        #expect(word(.arm, 0xEA00_0002) == .jump(0x2010))  // b .+16
        #expect(word(.arm, 0x0AFF_FFFD) == .conditional(0x1FFC))  // beq .-4
        #expect(word(.arm, 0xEB00_0002) == .call(0x2010))  // bl
        #expect(word(.arm, 0x1B00_0002) == Branch(.call, to: 0x2010, isConditional: true))
        #expect(word(.arm, 0xFB00_0002) == .call(0x2012))  // blx
        #expect(word(.arm, 0xE12F_FF1E) == .leave)  // bx lr
        #expect(word(.arm, 0x012F_FF1E) == conditionalLeave)  // bxeq lr
        #expect(word(.arm, 0xE12F_FF13) == .jump(nil))  // bx r3
        #expect(word(.arm, 0xE12F_FF33) == .call(nil))  // blx r3
        #expect(word(.arm, 0xE8BD_8010) == .leave)  // pop {r4, pc}
        #expect(word(.arm, 0xE49D_F004) == .leave)  // pop {pc}
        #expect(word(.arm, 0xE1A0_F00E) == .leave)  // mov pc, lr
        #expect(word(.arm, 0x979F_F102) == .conditional(nil))  // ldrls pc, [pc, r2, lsl #2]
        #expect(word(.arm, 0xE08F_F102) == .jump(nil))  // add pc, pc, r2, lsl #2
        #expect(word(.arm, 0xE25E_F004) == .leave)  // subs pc, lr, #4
        #expect(word(.arm, 0xE7F0_00F0) == .leave)  // udf
        #expect(word(.arm, 0xE8BD_4010) == nil)  // pop {r4, lr}
        #expect(word(.arm, 0xE35F_0001) == nil)  // cmp pc, #1
        #expect(word(.arm, 0xE50B_F008) == nil)  // str pc, [fp, #-8]
        #expect(word(.arm, 0xE5D3_0000) == nil)  // ldrb r0, [r3]
    }

    @Test func thumb() {
        func long(_ first: UInt32, _ second: UInt32) -> Branch? {
            branch(.thumb, words([first, second], 2))
        }
        #expect(half(.thumb, 0xE006) == .jump(0x2010))  // b.n
        #expect(half(.thumb, 0xD0FC) == .conditional(0x1FFC))  // beq.n
        #expect(half(.thumb, 0xB9B3) == .conditional(0x2030))  // cbnz r3
        #expect(half(.thumb, 0x4770) == .leave)  // bx lr
        #expect(half(.thumb, 0x4798) == .call(nil))  // blx r3
        #expect(half(.thumb, 0x4718) == .jump(nil))  // bx r3
        #expect(half(.thumb, 0xBD10) == .leave)  // pop {r4, pc}
        #expect(half(.thumb, 0xBC10) == nil)  // pop {r4}
        #expect(half(.thumb, 0x46F7) == .leave)  // mov pc, lr
        #expect(half(.thumb, 0x4497) == .jump(nil))  // add pc, r2
        #expect(half(.thumb, 0xDE00) == .leave)  // udf
        #expect(half(.thumb, 0xDF00) == nil)  // svc
        #expect(long(0xF000, 0xF806) == .call(0x2010))  // bl
        #expect(long(0xF7FF, 0xFFFC) == .call(0x1FFC))  // bl, back
        #expect(long(0xF000, 0xE806) == .call(0x2010))  // blx
        #expect(long(0xF000, 0xB806) == .jump(0x2010))  // b.w
        #expect(long(0xF43F, 0xAFFC) == .conditional(0x1FFC))  // beq.w
        #expect(long(0xE8DF, 0xF003) == .jump(nil))  // tbb [pc, r3]
        #expect(long(0xE8BD, 0x8FF0) == .leave)  // ldmia.w sp!, {…, pc}
        #expect(long(0xF85D, 0xFB04) == .leave)  // ldr.w pc, [sp], #4
        #expect(long(0xF8DF, 0xF000) == .jump(nil))  // ldr.w pc, [pc]
        #expect(long(0xF3AF, 0x8000) == nil)  // nop.w
        #expect(long(0xF04F, 0x0000) == nil)  // mov.w r0, #0
        #expect(long(0xF00F, 0xC005) == .conditional(0x1FFC))  // le lr, .-4
        // it eq; bxeq lr
        let bytes = words([0xBF08, 0x4770, 0x4770], 2)
        let code = code(.thumb, bytes)
        let conditional = Branch(.leave, isConditional: true)
        #expect(code.lastBranch(of: 0x2000..<0x2004) == conditional)
        #expect(code.lastBranch(of: 0x2000..<0x2006) == .leave)
        // What a range behind it depends on was read before it.
        #expect(code.lastBranches(of: [0x2000..<0x2002, 0x2002..<0x2004]) == [nil, conditional])
    }

    @Test func riscv() {
        #expect(word(.riscv64, 0x0100_006F) == .jump(0x2010))  // j .+16
        #expect(word(.riscv64, 0xFFDF_F0EF) == .call(0x1FFC))  // jal ra, .-4
        #expect(word(.riscv64, 0xFE05_0EE3) == .conditional(0x1FFC))  // beqz a0, .-4
        #expect(word(.riscv64, 0x0000_8067) == .leave)  // ret
        #expect(word(.riscv64, 0x0007_8067) == .jump(nil))  // jr a5
        #expect(word(.riscv64, 0x0007_80E7) == .call(nil))  // jalr a5
        #expect(word(.riscv64, 0x000E_0367) == .jump(nil))  // jalr t1, t3, as in a PLT
        #expect(word(.riscv64, 0x3020_0073) == .leave)  // mret
        #expect(word(.riscv64, 0x0000_0073) == nil)  // ecall
        #expect(half(.riscv64, 0xA801) == .jump(0x2010))  // c.j .+16
        #expect(half(.riscv64, 0xDD75) == .conditional(0x1FFC))  // c.beqz a0, .-4
        #expect(half(.riscv64, 0x8082) == .leave)  // ret
        #expect(half(.riscv64, 0x8782) == .jump(nil))  // c.jr a5
        #expect(half(.riscv64, 0x9782) == .call(nil))  // c.jalr a5
        #expect(half(.riscv64, 0x9002) == nil)  // c.ebreak
        #expect(half(.riscv64, 0x2011) == nil)  // c.addiw zero, 4
        #expect(half(.riscv32, 0x2801) == .call(0x2010))  // c.jal .+16
    }

    @Test func s390x() {
        func branch(_ bytes: UInt8...) -> Branch? { self.branch(.s390x, bytes) }
        #expect(branch(0xA7, 0xF4, 0, 8) == .jump(0x2010))  // j
        #expect(branch(0xA7, 0x84, 0xFF, 0xFE) == .conditional(0x1FFC))  // je
        #expect(branch(0xA7, 0x04, 0, 0) == nil)  // jnop
        #expect(branch(0xC0, 0xF4, 0, 0, 0, 8) == .jump(0x2010))  // jg
        #expect(branch(0xC0, 0xE5, 0, 0, 0, 8) == .call(0x2010))  // brasl
        #expect(branch(0x07, 0xFE) == .leave)  // br %r14
        #expect(branch(0x07, 0x8E) == Branch(.leave, isConditional: true))  // ber %r14
        #expect(branch(0x07, 0xF1) == .jump(nil))  // br %r1
        #expect(branch(0x07, 0x07) == nil)  // nopr %r7
        #expect(branch(0x0D, 0xE1) == .call(nil))  // basr %r14,%r1
        #expect(branch(0x0D, 0x10) == nil)  // basr %r1,%r0
        #expect(branch(0xEC, 0x12, 0, 8, 0x80, 0x64) == .conditional(0x2010))  // cgrje
        #expect(branch(0xEC, 0x16, 0, 8, 5, 0x7E) == .conditional(0x2010))  // cijne
        #expect(branch(0xA7, 0x16, 0, 8) == .conditional(0x2010))  // brct
        #expect(branch(0x47, 0, 0, 0) == nil)  // nop
        #expect(branch(0xE3, 0x10, 0x10, 0, 0, 4) == nil)  // lg
    }

    /// A block that is entered within an instruction: glibc jumps over a `lock`.
    @Test func rangesThatEndWithinAnInstruction() {
        let code = code(.x8664, [0x74, 1, 0xF0, 0x0F, 0xB1, 0x0A, 0x75, 0xF8])
        #expect(
            code.lastBranches(of: [0x2000..<0x2002, 0x2002..<0x2003, 0x2003..<0x2008]) == [
                .conditional(0x2003), nil, .conditional(0x2000),
            ])
    }

    @Test func whatIsInNoSection() {
        let code = code(.x8664, [0x90, 0xE9, 0, 0])
        #expect(code.instruction(at: 0xFFF) == nil)
        #expect(code.instruction(at: 0x2001) == nil)  // its end is not there
        #expect(code.instruction(at: 0x2004) == nil)
        #expect(
            code.lastBranches(of: [0..<1, 0xFFF..<0x1001, 0x2000..<0x2001, 0x2000..<0x9000])
                == [nil, nil, nil, nil])
        var read: [DecodedInstruction] = []
        code.forEachInstruction(in: 0x2000..<0x2004) { read.append($0) }
        #expect(read == [DecodedInstruction(address: 0x2000, length: 1, branch: nil)])
        let last = Code([.init(.x8664, start: .max - 1, bytes: [0xC3, 0xC3, 0xC3])])
        #expect(last.instruction(at: .max - 1) == nil)
    }

    /// The index of a table is in a register that had an address before.
    @Test func tables() {
        let bytes: [UInt8] = [
            0x48, 0x8D, 0x05, 0x00, 0x01, 0x00, 0x00,  // lea rax, [rip + 0x100]
            0x0F, 0xB6, 0x01,  // movzx eax, byte ptr [rcx]
            0x48, 0x8D, 0x3D, 0x00, 0x02, 0x00, 0x00,  // lea rdi, [rip + 0x200]: 0x2211
            0x3C, 0x05, 0x77, 0x12,  // cmp al, 5; ja 0x2027
            0x48, 0x63, 0x04, 0x87, 0x48, 0x01, 0xF8,  // movsxd rax, [rdi + rax*4]; add rax, rdi
            0xFF, 0xE0,  // jmp rax
        ]
        let range = InstructionTests.start..<InstructionTests.start + UInt64(bytes.count)
        let code = code(.x8664, bytes)
        #expect(
            code.jumpTable(in: range)
                == JumpTable(start: 0x2211, entrySize: 4, base: 0x2211, count: 6))
        #expect(!code.jumpsToLoaded(in: range))
        #expect(code.addresses(in: range) == [0x2107, 0x2211])
    }

    /// The distances of a table are counted from what a call of the next address gives, in eax.
    @Test func tablesAtAnyPlace() {
        let bytes: [UInt8] = [
            0xE8, 0x00, 0x01, 0x00, 0x00,  // call
            0x05, 0x00, 0x10, 0x00, 0x00,  // add eax, 0x1000: 0x3005
            0x83, 0x7D, 0x08, 0x05, 0x77, 0x12,  // cmp dword ptr [ebp + 8], 5; ja 0x2022
            0x8B, 0x55, 0x08, 0xC1, 0xE2, 0x02,  // mov edx, [ebp + 8]; shl edx, 2
            0x8B, 0x54, 0x02, 0x40, 0x01, 0xD0,  // mov edx, [edx + eax + 0x40]; add eax, edx
            0xFF, 0xE0,  // jmp eax
        ]
        let end = InstructionTests.start + UInt64(bytes.count)
        #expect(
            code(.i386, bytes).jumpTable(in: InstructionTests.start..<end)
                == JumpTable(start: 0x3045, entrySize: 4, base: 0x3005, count: 6))
    }

    /// A computed goto jumps to what was loaded; something added makes it another jump.
    @Test func jumpsToWhatWasLoaded() {
        func isLoaded(_ bytes: UInt8...) -> Bool {
            code(.x8664, bytes).jumpsToLoaded(
                in: InstructionTests.start..<InstructionTests.start + UInt64(bytes.count))
        }
        // mov rcx, [rdx + rax*8]; add rcx, rdx; jmp rcx
        #expect(isLoaded(0x48, 0x8B, 0x0C, 0xC2, 0xFF, 0xE1))
        #expect(!isLoaded(0x48, 0x8B, 0x0C, 0xC2, 0x48, 0x01, 0xD1, 0xFF, 0xE1))
        // mov ecx, [rdx + rax*4]; jmp rcx
        #expect(!isLoaded(0x8B, 0x0C, 0x82, 0xFF, 0xE1))
    }

    /// Numbers that ELF files give processors: readelf's.
    @Test func setsOfProcessors() {
        func set(_ machine: UInt16, _ is64Bit: Bool = true, high: Bool = false) -> InstructionSet? {
            InstructionSet(machine: machine, is64Bit: is64Bit, hasHighByteFirst: high)
        }
        #expect([set(62), set(62, false), set(3, false)] == [.x8664, .x8664, .i386])
        #expect([set(183), set(40, false), set(183, high: true)] == [.aarch64, .arm, nil])
        #expect([set(243), set(243, false)] == [.riscv64, .riscv32])
        #expect([set(22, high: true), set(22, false, high: true), set(8)] == [.s390x, nil, nil])
    }
}
