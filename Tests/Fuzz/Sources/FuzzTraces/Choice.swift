/// Numbers that look random and are the input's own, so that one input always does the same.
struct Choice {
    private var state: UInt64

    init(_ bytes: Span<UInt8>) {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        // What is between is a journal's empty head.
        let start = min(bytes.count, 4096)
        for part in [0..<start, max(start, bytes.count - 4096)..<bytes.count] {
            for index in part { hash = (hash ^ UInt64(bytes[index])) &* 0x100_0000_01B3 }
        }
        state = hash
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        let mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
        return mixed ^ mixed >> 31
    }

    mutating func number(below bound: Int) -> Int { Int(next() % UInt64(bound)) }

    mutating func of<List: RandomAccessCollection>(_ list: List) -> List.Element
    where List.Index == Int { list[list.startIndex + number(below: list.count)] }
}
