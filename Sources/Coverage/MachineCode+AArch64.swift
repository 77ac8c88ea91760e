extension MachineCode.Section {
    /// How the instruction before the byte with number `end` leaves; nil where it goes on.
    func aarch64Branch(endingAt end: Int) -> Branch? {
        guard end >= 4, end <= bytes.count else { return nil }
        let word = (1...4).reduce(UInt32(0)) { $0 << 8 | UInt32(bytes[end - $1]) }
        let address = start &+ UInt64(end - 4)
        /// The place that a field of `count` bits from `low` on leads to.
        func target(_ low: UInt32, _ count: UInt32) -> UInt64 {
            let field = Int32(bitPattern: word << (32 - low - count)) >> Int32(32 - count)
            return address &+ UInt64(bitPattern: Int64(field) * 4)
        }
        switch word >> 24 {
        case 0x14...0x17: return .jump(target(0, 26))
        case 0x94...0x97: return .call
        case 0x54: return .conditional(target(5, 19))
        case 0x34, 0x35, 0xB4, 0xB5: return .conditional(target(5, 19))  // cbz, cbnz
        case 0x36, 0x37, 0xB6, 0xB7: return .conditional(target(5, 14))  // tbz, tbnz
        case 0xD6, 0xD7:
            switch word >> 21 & 3 {
            case 0: return .jump(nil)  // br
            case 1: return .call  // blr
            default: return .leave
            }
        default: return nil
        }
    }
}
