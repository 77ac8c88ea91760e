/// How functions of a guest find back.
struct CallingConvention: Sendable {
    /// The register that has the return address; nil where it is on the stack.
    let link: String?
    private let stack: String
    private let wordSize: Int

    /// Nil for a guest that is not known.
    init?(_ host: HostInformation) {
        if host.targets("x86_64") {
            (link, stack, wordSize) = (nil, "rsp", 8)
        } else if host.targets("i386") {
            (link, stack, wordSize) = (nil, "esp", 4)
        } else if host.targets("aarch64") {
            (link, stack, wordSize) = ("x30", "sp", 8)
        } else if host.targets("arm") {
            (link, stack, wordSize) = ("lr", "sp", 4)
        } else if host.targets("riscv64") {
            (link, stack, wordSize) = ("ra", "sp", 8)
        } else {
            return nil
        }
    }

    struct Registers {
        let stack: Register
        let link: Register?
    }

    /// Nil where QEMU calls them otherwise.
    func registers(of vcpu: VCPU) -> Registers? {
        guard let all = try? Register.all(of: vcpu), let stack = all.named(stack) else {
            return nil
        }
        guard let link else { return Registers(stack: stack, link: nil) }
        return all.named(link).map { Registers(stack: stack, link: $0) }
    }

    /// Whether the stack pointer is where it is when a function has returned that began with another one.
    func isBack(from entered: UInt64, at stack: UInt64) -> Bool {
        // On x86 the return address is gone; on i386 a function can take arguments with it (`ret 4`).
        let mostArguments: UInt64 = wordSize == 4 ? 64 : 0
        return link != nil
            ? stack == entered : stack &- entered &- UInt64(wordSize) <= mostArguments
    }

    /// At a function's first instruction.
    func returnAddress(_ registers: Registers, stack: UInt64, on vcpu: VCPU) -> UInt64? {
        // The lowest bit of ARM's says which instructions there are, and is none of the address.
        if let link = registers.link {
            return link.value(on: vcpu).map { wordSize == 4 ? $0 & ~1 : $0 }
        }
        return (try? GuestMemory.number(at: stack, size: wordSize, on: vcpu)) ?? nil
    }
}

extension [Register] {
    func named(_ name: String) -> Register? { first { $0.name.utf8.elementsEqual(name.utf8) } }
}
