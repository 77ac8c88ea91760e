/// What a program is run on.
public struct ReplayInput: Sendable {
    /// What messages and status files call it: the path of its file.
    public let name: String

    init(path: String) { name = path }

    /// What a file that is made of it is called.
    var fileName: String { FilePath.name(name) }

    /// What is in it.
    ///
    /// - Throws: ``Failure`` where it cannot be read.
    func content() throws(Failure) -> [UInt8] {
        try StoredBytes(path: name).withBytes { bytes in bytes.indices.map { bytes[$0] } }
    }
}

/// What an input has in it, as a number that no other content has: FNV-1a in 128 bits, and the number of its bytes.
/// Nobody has chosen the inputs against it.
struct ContentIdentity: Hashable, Sendable {
    let count: Int
    let hash: UInt128

    init(count: Int, hash: UInt128) { (self.count, self.hash) = (count, hash) }

    init(of bytes: [UInt8]) {
        // The offset and the prime are the ones of FNV's definition (draft-eastlake-fnv).
        var hash = UInt128(0x6C62_272E_07BB_0142) << 64 | 0x62B8_2175_6295_C58D
        let prime = UInt128(1) << 88 | 0x13B
        for byte in bytes { hash = (hash ^ UInt128(byte)) &* prime }
        (count, self.hash) = (bytes.count, hash)
    }
}
