/// ARM of 64 bits. Instructions have their low byte first, whatever numbers in memory do.
struct AArch64: InstructionReader {
    @inline(__always)
    func length(_ bytes: Span<UInt8>, at offset: Int) -> Int { offset + 4 <= bytes.count ? 4 : 0 }

    func branch(_ bytes: Span<UInt8>, at offset: Int, length: Int, address: UInt64) -> Branch? {
        let word = bytes.little32(at: offset)
        /// The place that a field of `count` bits from `low` on leads to.
        func target(_ low: UInt32, _ count: UInt32) -> UInt64 {
            address &+ word.bits(low, count).signed(count) &* 4
        }
        switch word >> 24 {
        case 0x14...0x17: return .jump(target(0, 26))
        case 0x94...0x97: return .call(target(0, 26))
        case 0x54: return .conditional(target(5, 19))
        case 0x34, 0x35, 0xB4, 0xB5: return .conditional(target(5, 19))  // cbz, cbnz
        case 0x36, 0x37, 0xB6, 0xB7: return .conditional(target(5, 14))  // tbz, tbnz
        case 0xD6, 0xD7:
            // With a pointer's signature looked at first, or without.
            switch word.bits(21, 4) {
            case 0, 8: return .jump(nil)  // br
            case 1, 9: return .call(nil)  // blr
            case 2, 4, 5: return .leave  // ret, eret, drps
            default: return nil
            }
        default: return word >> 16 == 0 ? .leave : nil  // udf
        }
    }

    func isStatement(_ bytes: Span<UInt8>, at offset: Int, length: Int) -> Bool {
        bytes.little32(at: offset) == 0xD503_201F  // nop
    }

    func isTrap(_ bytes: Span<UInt8>, at offset: Int, length: Int) -> Bool {
        bytes.little32(at: offset) >> 16 == 0  // udf
    }
}
