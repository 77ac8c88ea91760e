import Journal

/// A journal's head has a megabyte, nearly all of which is empty. In an input of libFuzzer's it is packed:
/// the format's own first bytes, two bytes with a number, so many bytes of the head behind its first
/// ones, and the blocks.
enum PackedJournal {
    private static let first = Layout.magic.utf8CodeUnitCount
    nonisolated(unsafe) private static var journal = [UInt8](repeating: 0, count: Layout.headSize)
    /// The bytes of the head that the input before has written.
    nonisolated(unsafe) private static var used = 0

    static func withJournal(_ packed: Span<UInt8>, _ body: (Span<UInt8>) -> Void) {
        let start = first + 2
        guard packed.count >= start else { return body(packed) }
        let wanted = Int(packed[first]) | Int(packed[first + 1]) << 8
        let count = min(wanted, packed.count - start)
        unsafe journal.removeSubrange(Layout.headSize...)
        for index in 0..<max(unsafe used, first + count) {
            let place = index < first ? index : index + 2
            unsafe journal[index] = index < first + count ? packed[place] : 0
        }
        unsafe used = first + count
        // The head has room for 32,766 modules without a byte, each of which would take its time.
        let modules = Layout.Head.moduleCount
        unsafe journal[modules] &= 0x3F
        for index in 1..<8 { unsafe journal[modules + index] = 0 }
        for index in (start + count)..<packed.count { unsafe journal.append(packed[index]) }
        body(unsafe journal.span)
    }
}
