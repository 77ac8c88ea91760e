private import CCapstone
import MachineCode
import Trace

/// How instructions of an x86 are written.
public enum AssemblySyntax: String, CaseIterable, Sendable {
    /// As their makers do: `mov rbp, rsp`.
    case intel
    /// As the GNU assembler does where nothing else is asked for: `movq %rsp, %rbp`.
    case att
}

/// Instructions as text, by Capstone.
@safe
final class InstructionTexts {
    private let syntax: AssemblySyntax
    /// By set.
    private var disassemblers: [InstructionSet: OpaquePointer] = unsafe [:]

    /// - Throws: ``Failure`` where Capstone is not there.
    init(_ syntax: AssemblySyntax) throws(Failure) {
        self.syntax = syntax
        guard let error = unsafe disassembler_library_error() else { return }
        throw Failure(
            .missingInput,
            """
            instructions need Capstone (\(unsafe String(cString: error))); install Debian's libcapstone4 \
            or libcapstone5
            """)
    }

    deinit {
        let opened = unsafe Array(disassemblers.values)
        for index in unsafe opened.indices { unsafe disassembler_close(opened[index]) }
    }

    /// The library, with its version: `Capstone 4.0`.
    var library: String {
        var (major, minor): (Int32, Int32) = (0, 0)
        unsafe disassembler_version(&major, &minor)
        return "Capstone \(major).\(minor)"
    }

    /// Makes sure that instructions of a set can be told.
    ///
    /// - Throws: ``Failure`` where this Capstone does not know them.
    func check(_ set: InstructionSet) throws(Failure) {
        guard unsafe disassembler(set) == nil else { return }
        throw Failure(
            .missingInput,
            "\(library) does not know the instructions of \(set.processor); install Debian's libcapstone5"
        )
    }

    /// What a piece of code is called, and what it is done with.
    ///
    /// - Parameter hasWords: whether data are words.
    func text(of piece: Code.Piece, hasWords: Bool) -> (mnemonic: String, operands: String) {
        guard let set = piece.set, let read = text(of: piece, set) else {
            return InstructionTexts.data(piece, hasWords: hasWords)
        }
        guard let target = piece.branch?.target else { return read }
        let address = hex(target)
        guard !read.operands.hasSuffix(address) else { return read }
        // Some versions write how far a jump leads, and small numbers without 0x.
        let others = read.operands.split(separator: ", ").dropLast()
        return (read.mnemonic, (others + [address[...]]).joined(separator: ", "))
    }

    /// Nil for what is none to Capstone, or is longer or shorter.
    private func text(of piece: Code.Piece, _ set: InstructionSet)
        -> (mnemonic: String, operands: String)?
    {
        guard let disassembler = unsafe disassembler(set) else { return nil }
        return unsafe piece.bytes.withUnsafeBufferPointer { bytes in
            var text = unsafe disassembler_text()
            guard
                unsafe disassembler_read(
                    disassembler, bytes.baseAddress, bytes.count, piece.address, &text),
                unsafe text.bytes == bytes.count
            else { return nil }
            return unsafe (String(cString: text.mnemonic), String(cString: text.operands))
        }
    }

    private func disassembler(_ set: InstructionSet) -> OpaquePointer? {
        if let known = unsafe disassemblers[set] { return unsafe known }
        let opened = unsafe disassembler_open(set.library, syntax == .att)
        unsafe disassemblers[set] = unsafe opened
        return unsafe opened
    }

    /// As an assembler takes bytes.
    private static func data(_ piece: Code.Piece, hasWords: Bool) -> (String, String) {
        guard piece.bytes.count == piece.size else { return (".space", "\(piece.size)") }
        if hasWords, piece.set == nil, piece.size == 4 {
            return (".word", "0x" + piece.bytes.reversed().hexadecimal)
        }
        return (
            ".byte",
            piece.bytes.map { "0x" + CollectionOfOne($0).hexadecimal }.joined(separator: ", ")
        )
    }
}

extension InstructionSet {
    fileprivate var library: disassembler_set {
        switch self {
        case .x8664: DISASSEMBLER_X86_64
        case .i386: DISASSEMBLER_I386
        case .aarch64: DISASSEMBLER_AARCH64
        case .arm: DISASSEMBLER_ARM
        case .thumb: DISASSEMBLER_THUMB
        case .riscv32: DISASSEMBLER_RISCV32
        case .riscv64: DISASSEMBLER_RISCV64
        case .s390x: DISASSEMBLER_S390X
        }
    }

    /// The processor, as people call it.
    fileprivate var processor: String {
        switch self {
        case .x8664: "x86-64"
        case .i386: "i386"
        case .aarch64: "AArch64"
        case .arm, .thumb: "ARM"
        case .riscv32, .riscv64: "RISC-V"
        case .s390x: "s390x"
        }
    }
}
