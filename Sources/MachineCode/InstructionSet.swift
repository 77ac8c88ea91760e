/// What a processor's instructions look like: the sets whose branches can be told.
///
/// This is the one place that lists them. A new one is a case here, the number that ELF files give the
/// processor, the name that QEMU gives it, and a reader of its own.
public enum InstructionSet: Sendable, CaseIterable {
    /// x86 of 64 bits.
    case x8664
    /// x86 of 32 bits.
    case i386
    /// ARM of 64 bits.
    case aarch64
    /// ARM of 32 bits, with instructions of 4 bytes.
    case arm
    /// ARM of 32 bits, with instructions of 2 or 4 bytes.
    case thumb
    /// RISC-V of 32 bits, with compressed instructions or without.
    case riscv32
    /// RISC-V of 64 bits, with compressed instructions or without.
    case riscv64
    /// z/Architecture.
    case s390x

    /// Whether addresses have 64 bits.
    public var is64Bit: Bool {
        switch self {
        case .x8664, .aarch64, .riscv64, .s390x: true
        case .i386, .arm, .thumb, .riscv32: false
        }
    }

    /// Whether data among instructions are words of 4 bytes, low byte first: instructions have no fewer than 2.
    public var hasWords: Bool {
        switch self {
        case .aarch64, .arm, .thumb, .riscv32, .riscv64: true
        case .x8664, .i386, .s390x: false
        }
    }

    /// The set of a processor; nil where its branches cannot be told. Of ``arm``, parts can be ``thumb``,
    /// which the processor does not say.
    ///
    /// - Parameters:
    ///   - machine: the processor's number in ELF files.
    ///   - hasHighByteFirst: how numbers stand in memory. ARM's instructions have their low byte first in
    ///     all of today's programs, but not in all that says it has its high byte first.
    public init?(machine: UInt16, is64Bit: Bool, hasHighByteFirst: Bool) {
        switch (machine, hasHighByteFirst) {
        case (62, false): self = .x8664
        case (3, false): self = .i386
        case (183, false): self = .aarch64
        case (40, false): self = .arm
        case (243, false): self = is64Bit ? .riscv64 : .riscv32
        case (22, true) where is64Bit: self = .s390x
        default: return nil
        }
    }

    /// The sets of QEMU's guests, by the names of these. Of ``arm``, parts can be ``thumb``.
    public static var emulated: [(name: StaticString, set: InstructionSet)] {
        [
            ("x86_64", .x8664), ("i386", .i386), ("aarch64", .aarch64), ("arm", .arm),
            ("riscv64", .riscv64), ("riscv32", .riscv32), ("s390x", .s390x),
        ]
    }

    /// Hands the walk over instructions its reader; each reader gets a walk that was compiled for it.
    func walk<Walk: InstructionWalk>(_ walk: inout Walk) {
        switch self {
        case .x8664: walk.run(X86(is64Bit: true))
        case .i386: walk.run(X86(is64Bit: false))
        case .aarch64: walk.run(AArch64())
        case .arm: walk.run(ARM())
        case .thumb: walk.run(Thumb())
        case .riscv32: walk.run(RISCV(is64Bit: false))
        case .riscv64: walk.run(RISCV(is64Bit: true))
        case .s390x: walk.run(S390())
        }
    }
}

/// What is done with instructions, whatever their set.
protocol InstructionWalk {
    /// - Parameter reader: as it is where nothing was read yet.
    mutating func run<Reader: InstructionReader>(_ reader: Reader)
}
