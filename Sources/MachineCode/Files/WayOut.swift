extension Code {
    /// Tells which ranges are a function's way out and nothing else: they end with a return, and do nothing on the way
    /// that a statement would have done.
    ///
    /// GCC, where it does not optimise, lets a statement without code of its own begin with an instruction that does
    /// nothing. Calls are a statement's, but for the one that a broken stack leads to.
    public struct WaysOut {
        private let code: Code
        /// The first address at which a return can begin, from the last range that was asked about on; 0 where it is not
        /// known. Most ranges end before it, and need not be asked about.
        public private(set) var nextReturn: UInt64 = 0

        /// Looks into a program's instructions.
        public init(_ code: Code) { self.code = code }

        /// Whether a range is one.
        ///
        /// - Parameter range: begins with an instruction, behind the ranges before; what stands behind the return does not
        ///   matter.
        public mutating func contains(_ range: Range<UInt64>) -> Bool {
            guard let section = code.section(around: range.lowerBound..<range.lowerBound) else {
                return false
            }
            let range = range.clamped(to: section.addresses)
            if let next = section.nextReturn(from: range.lowerBound) {
                nextReturn = next
                guard range.upperBound > next else { return false }
            }
            var walk = WayOut(section: section, range: range)
            section.set.walk(&walk)
            return walk.isFound
        }
    }
}

extension Code.Section {
    /// The first address from one on where a return can begin, as far as a look at the bytes tells; the section's end
    /// where there is none, nil where this is not known.
    fileprivate func nextReturn(from address: UInt64) -> UInt64? {
        guard set == .x8664 || set == .i386 else { return nil }
        let bytes = bytes.span
        let raw = unsafe bytes.bytes
        var at = Int(address - start)
        // Eight bytes at a time: to subtract one from each borrows where one of them is zero.
        while at + 8 <= bytes.count {
            let eight = unsafe raw.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self)
            let others = eight & 0xFEFE_FEFE_FEFE_FEFE ^ 0xC2C2_C2C2_C2C2_C2C2
            let zeros = (others &- 0x0101_0101_0101_0101) & ~others & 0x8080_8080_8080_8080
            guard zeros == 0 else { break }
            at += 8
        }
        // ret, the one that takes the caller's arguments from the stack, too
        while at < bytes.count, bytes[at] & 0xFE != 0xC2 { at += 1 }
        return start + UInt64(at)
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
            if at == offsets.lowerBound, reader.isStatement(bytes, at: at, length: length) {
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
                    && !reader.isTrap(bytes, at: at, length: length)
                return
            }
            at += length
        }
    }
}
