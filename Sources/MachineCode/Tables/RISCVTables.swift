/// Jump tables of RISC-V.
struct RISCVTables: JumpTableReader {
    private let is64Bit: Bool
    private var values = [UInt64?](repeating: nil, count: 32)
    private var loaded = [JumpTable?](repeating: nil, count: 32)
    private var bound: UInt64?
    private(set) var table: JumpTable?

    init(is64Bit: Bool) { self.is64Bit = is64Bit }

    mutating func read(_ bytes: Span<UInt8>, at offset: Int, length: Int, address: UInt64) {
        table = nil
        if length == 2 {
            readShort(bytes.little16(at: offset))
        } else if length == 4 {
            readFull(bytes.little32(at: offset), address)
        }
    }

    private mutating func readShort(_ word: UInt32) {
        let (to, from) = (Int(word.bits(7, 5)), Int(word.bits(2, 5)))
        let number = (word.bits(12, 1) << 5 | word.bits(2, 5)).signed(6)
        switch (word & 3, word >> 13) {
        case (1, 2): set(to, number)  // li
        case (1, 0) where to != 0: set(to, values[to].map { $0 &+ number })  // addi
        case (2, 4) where from != 0 && word.bits(12, 1) == 0:  // mv
            (values[to], loaded[to]) = (values[from], loaded[from])
        case (2, 4) where from != 0: add(to, to, from)
        case (2, 4) where to != 0: table = loaded[to]  // jr
        case (1, 1) where is64Bit: break  // sext.w
        case (0, 2), (0, 3):  // lw, ld
            let base = Int(word.bits(7, 3)) + 8
            load(Int(word.bits(2, 3)) + 8, base, word.bits(10, 3) == 0, word >> 13 == 3 ? 8 : 4)
        default: break
        }
    }

    private mutating func readFull(_ word: UInt32, _ address: UInt64) {
        let (to, from, other) = (
            Int(word.bits(7, 5)), Int(word.bits(15, 5)), Int(word.bits(20, 5))
        )
        let number = word.bits(20, 12).signed(12)
        switch (word.bits(0, 7), word.bits(12, 3)) {
        case (0x63, 6), (0x63, 7):  // bltu, bgeu
            if let found = values[from] ?? values[other] { bound = found }
        case (0x17, _): set(to, address &+ UInt64(word >> 12).shifted)  // auipc
        case (0x37, _): set(to, UInt64(word >> 12).shifted)  // lui
        case (0x13, 0):  // addi, li, mv
            if from == 0 {
                set(to, number)
            } else if number == 0 {
                (values[to], loaded[to]) = (values[from], loaded[from])
            } else {
                set(to, values[from].map { $0 &+ number })
            }
        case (0x1B, 0) where number == 0:  // sext.w
            (values[to], loaded[to]) = (values[from], loaded[from])
        case (0x33, 0) where word >> 25 == 0: add(to, from, other)
        case (0x03, 2): load(to, from, number == 0, 4)
        case (0x03, 3): load(to, from, number == 0, 8)
        case (0x67, 0) where to == 0 && number == 0: table = loaded[from]
        case (0x63, _), (0x23, _): break  // branches and stores
        default: set(to, nil)
        }
    }

    private mutating func set(_ register: Int, _ value: UInt64?) {
        (values[register], loaded[register]) = (value, nil)
    }

    private mutating func add(_ to: Int, _ one: Int, _ other: Int) {
        for (entry, base) in [(one, other), (other, one)] {
            guard var found = loaded[entry], let address = values[base] else { continue }
            found.base = address
            (loaded[to], values[to]) = (found, nil)
            return
        }
        // An index was added to an address.
        set(to, values[one] ?? values[other])
    }

    private mutating func load(_ to: Int, _ from: Int, _ isBare: Bool, _ size: Int) {
        let start = values[from]
        set(to, nil)
        guard isBare, let start, let bound, bound < UInt64(JumpTable.largest) else { return }
        loaded[to] = JumpTable(start: start, entrySize: size, count: Int(bound) + 1)
    }
}

extension UInt64 {
    /// 20 bits as the upper ones of 32, with their sign.
    fileprivate var shifted: UInt64 {
        UInt64(bitPattern: Int64(Int32(bitPattern: UInt32(truncatingIfNeeded: self) << 12)))
    }
}
