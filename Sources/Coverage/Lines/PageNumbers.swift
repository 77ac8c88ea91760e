/// Numbers keys in the order in which they first come, from 0: a hash table as ``BlockKeySet`` is one,
/// for a tenth of a dictionary's time.
struct PageNumbers {
    /// By number.
    private(set) var keys: [UInt64] = []
    /// In a slot one more than the key's number, 0 where it is free.
    private var slots: [UInt32]
    /// The number of slots is 2 to the power of this.
    private var bits = 6

    /// - Parameter capacity: so many keys do not make the table grow.
    init(capacity: Int) {
        while 1 << bits < 2 * capacity, bits < 20 { bits += 1 }
        slots = Array(repeating: 0, count: 1 << bits)
        keys.reserveCapacity(capacity)
    }

    /// The key's number, a new one where it has none.
    mutating func number(of key: UInt64) -> Int {
        var slot = slot(of: key)
        if slots[slot] > 0 { return Int(slots[slot] - 1) }
        if 2 * keys.count >= slots.count {
            grow()
            slot = self.slot(of: key)
        }
        keys.append(key)
        slots[slot] = UInt32(keys.count)
        return keys.count - 1
    }

    /// The slot that the key is in, or can be put in.
    private func slot(of key: UInt64) -> Int {
        // The upper bits of the product with 2⁶⁴ divided by the golden ratio: neighbours are far apart.
        var slot = Int((key &* 0x9E37_79B9_7F4A_7C15) >> UInt64(64 - bits))
        while slots[slot] > 0, keys[Int(slots[slot] - 1)] != key {
            slot = (slot + 1) & (slots.count - 1)
        }
        return slot
    }

    private mutating func grow() {
        bits += 1
        slots = Array(repeating: 0, count: 1 << bits)
        for (number, key) in keys.enumerated() { slots[slot(of: key)] = UInt32(number + 1) }
    }
}
