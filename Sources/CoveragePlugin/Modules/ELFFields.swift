/// Integers in a piece of an ELF file, in that file's class and byte order. What lies outside the
/// piece reads as 0.
struct ELFFields {
    let is32Bit: Bool
    private let isBigEndian: Bool
    private var bytes: [UInt8]

    /// From the beginning of the file; nil where that is not an ELF header.
    init?(_ bytes: [UInt8]) {
        guard bytes.count >= 52, bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46]),
            bytes[4] == 1 || bytes[4] == 2, bytes[5] == 1 || bytes[5] == 2
        else { return nil }
        is32Bit = bytes[4] == 1
        isBigEndian = bytes[5] == 2
        self.bytes = bytes
    }

    /// How many bytes the piece has.
    var count: Int { bytes.count }

    /// Whether the bytes from an index on are a text.
    func isText(_ text: StaticString, at index: Int) -> Bool {
        text.withUTF8Buffer {
            unsafe index >= 0 && index <= bytes.count && bytes[index...].starts(with: $0)
        }
    }

    /// Another piece of the same file.
    func with(bytes: [UInt8]) -> ELFFields {
        var other = self
        other.bytes = bytes
        return other
    }

    func half(at index: Int) -> UInt16 { UInt16(truncatingIfNeeded: load(index, 2)) }
    func integer(at index: Int) -> UInt32 { UInt32(truncatingIfNeeded: load(index, 4)) }

    /// An address, offset or size: as wide as the file's class.
    func word(at index: Int) -> UInt64 { load(index, is32Bit ? 4 : 8) }

    // Layouts are made of some dozens of these.
    @inline(never)
    private func load(_ index: Int, _ count: Int) -> UInt64 {
        guard index >= 0, index + count <= bytes.count else { return 0 }
        var value: UInt64 = 0
        for place in 0..<count {
            let next = bytes[isBigEndian ? index + place : index + count - 1 - place]
            value = value << 8 | UInt64(next)
        }
        return value
    }
}
