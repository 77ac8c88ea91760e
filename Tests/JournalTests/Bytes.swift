/// A journal put together by hand, after what Layout's comments say; nothing of Journal makes it.
struct Bytes {
    static let head = 1_048_576
    static let block = 32
    static let counter = 24

    var all: [UInt8]

    /// Modules of a path and a base each; room for `blocks` blocks; counts in the head as they are.
    init(
        modules: [(path: String, base: UInt64)] = [], buildIDs: [[UInt8]] = [], blocks: Int = 2048,
        version: Int = 3
    ) {
        all = [UInt8](repeating: 0, count: Bytes.head + blocks * Bytes.block)
        all.replaceSubrange(0..<8, with: "COVJRNL\(version)".utf8)
        put(1234, bytes: 4, at: 8)
        put(UInt64(modules.count), bytes: 8, at: 24)
        var next = version == 3 ? 2048 : 64
        for (index, module) in modules.enumerated() {
            let buildID = index < buildIDs.count ? buildIDs[index] : []
            put(module.base, bytes: 8, at: next)
            put(module.base + 0x3000, bytes: 8, at: next + 8)
            put(module.base + 0x10, bytes: 8, at: next + 16)
            put(UInt64(module.path.utf8.count), bytes: 4, at: next + 24)
            put(UInt64(buildID.count), bytes: 4, at: next + 28)
            let text = Array(module.path.utf8) + buildID
            all.replaceSubrange(next + 32..<next + 32 + text.count, with: text)
            next += 32 + text.count
            while next % 8 != 0 { next += 1 }
        }
    }

    mutating func put(_ value: UInt64, bytes: Int, at offset: Int) {
        for index in 0..<bytes {
            all[offset + index] = UInt8(truncatingIfNeeded: value >> UInt64(index * 8))
        }
    }

    /// The text where messages are, counted in the head.
    mutating func put(message: String) {
        all.replaceSubrange(64..<(64 + message.utf8.count), with: message.utf8)
        put(UInt64(message.utf8.count), bytes: 8, at: 40)
    }

    static func offset(ofBlock index: Int) -> Int {
        head + index * block
    }

    /// Writes a block's record and counter, and raises the count to hold it.
    mutating func put(
        block index: Int, address: UInt64, start: UInt64, size: UInt64, module: UInt64,
        pageEnd: UInt64 = 0, unreached: UInt64 = 0, counter: UInt64 = 1
    ) {
        let record = Bytes.offset(ofBlock: index)
        put(address, bytes: 8, at: record)
        put(start, bytes: 4, at: record + 8)
        put(size, bytes: 2, at: record + 12)
        put(module, bytes: 2, at: record + 14)
        put(pageEnd, bytes: 1, at: record + 16)
        put(unreached, bytes: 2, at: record + 18)
        put(counter, bytes: 8, at: record + Bytes.counter)
        put(UInt64(index + 1), bytes: 8, at: 16)
    }
}
