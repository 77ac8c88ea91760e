extension Code {
    /// Whether a range is a function's way out and nothing else: it ends with a return, and does nothing on the way that
    /// a statement would have done.
    ///
    /// GCC, where it does not optimise, lets a statement without code of its own begin with an instruction that does
    /// nothing. Calls are a statement's, but for the one that a broken stack leads to.
    ///
    /// - Parameter range: begins with an instruction; what stands behind the return does not matter.
    public func isWayOut(_ range: Range<UInt64>) -> Bool {
        guard let section = section(around: range.lowerBound..<range.lowerBound) else {
            return false
        }
        let range = range.clamped(to: section.addresses)
        guard section.canReturn(in: range) else { return false }
        var walk = WayOut(section: section, range: range)
        section.set.walk(&walk)
        return walk.isFound
    }
}

extension Code.Section {
    /// Whether a range can have a return in it, as far as a look at its bytes tells: most rows have none, and are not
    /// decoded then.
    fileprivate func canReturn(in range: Range<UInt64>) -> Bool {
        guard set == .x8664 || set == .i386, let offsets = offsets(of: range) else { return true }
        let bytes = bytes.span
        var at = offsets.lowerBound
        while at < offsets.upperBound {
            // ret; with a number behind it where a caller's structure is taken from the stack
            if bytes[at] == 0xC3 || bytes[at] == 0xC2 && set == .i386 { return true }
            at += 1
        }
        return false
    }
}

private struct WayOut: InstructionWalk {
    let section: Code.Section
    let range: Range<UInt64>
    var isFound = false

    mutating func run<Reader: InstructionReader>(_ reader: Reader) {
        let section = section
        guard let offsets = section.offsets(of: range) else { return }
        var (reader, at) = (reader, offsets.lowerBound)
        let bytes = section.bytes.span
        // What a condition right before leads past.
        var skipped: UInt64? = nil
        while at < offsets.upperBound {
            let length = reader.length(bytes, at: at)
            guard length > 0, at + length <= offsets.upperBound else { return }
            if at == offsets.lowerBound, section.set.isStatement(bytes, at: at, length: length) {
                return
            }
            let address = section.start + UInt64(at)
            let branch = reader.branch(bytes, at: at, length: length, address: address)
            switch branch?.kind {
            case nil: skipped = nil
            case .jump:
                guard branch?.isConditional == true else { return }
                skipped = branch?.target
            case .call:
                guard skipped == address + UInt64(length) else { return }
                skipped = nil
            case .leave:
                isFound =
                    branch?.isConditional == false
                    && !section.set.isTrap(bytes, at: at, length: length)
                return
            }
            at += length
        }
    }
}

extension InstructionSet {
    /// Whether an instruction is the one that compilers write where a statement does nothing, or what a constructor's end
    /// begins with on ARM: it returns the object, which is in its frame.
    fileprivate func isStatement(_ bytes: Span<UInt8>, at offset: Int, length: Int) -> Bool {
        switch self {
        case .x8664, .i386: return length == 1 && bytes[offset] == 0x90
        case .aarch64: return bytes.little32(at: offset) == 0xD503_201F
        case .arm:
            let word = bytes.little32(at: offset)
            return word == 0xE320_F000 || word == 0xE1A0_0000  // nop, mov r0, r0
                || word & 0x0F7F_0000 == 0x051B_0000  // ldr, from the frame
        case .thumb:
            let half = bytes.little16(at: offset)
            guard length == 2 else { return false }
            return half == 0xBF00 || half == 0x46C0  // nop, mov r8, r8
                || half & 0xF838 == 0x6838  // ldr, from the frame
        case .riscv32, .riscv64:
            return length == 2
                ? bytes.little16(at: offset) == 1 : bytes.little32(at: offset) == 0x13
        case .s390x:  // jumps without a condition that could hold
            return length == 2 && bytes.big16(at: offset) & 0xFFF0 == 0x0700
                || length == 4 && bytes.big16(at: offset) & 0xFFF0 == 0x4700
        }
    }

    /// Whether an instruction that leaves is one that must never be executed.
    fileprivate func isTrap(_ bytes: Span<UInt8>, at offset: Int, length: Int) -> Bool {
        switch self {
        case .x8664, .i386: bytes[offset] == 0x0F  // ud2
        case .aarch64: bytes.little32(at: offset) >> 16 == 0  // udf
        case .arm: bytes.little32(at: offset) & 0x0FF0_00F0 == 0x07F0_00F0  // udf
        case .thumb:
            length == 2
                ? bytes.little16(at: offset) >> 8 == 0xDE
                : bytes.little16(at: offset) >> 4 == 0xF7F  // udf
        case .riscv32, .riscv64:
            length == 2
                ? bytes.little16(at: offset) == 0 : bytes.little32(at: offset) == 0xC000_1073
        case .s390x: false
        }
    }
}
