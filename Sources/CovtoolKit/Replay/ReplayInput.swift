/// What a program is run on.
public struct ReplayInput: Sendable {
    enum Place {
        case file
        case member(CorpusArchive.Member, of: CorpusArchive)
    }

    /// In bytes.
    private static let longestName = 200

    /// What messages and status files call it: the path of its file, or `ARCHIVE:MEMBER`.
    public let name: String
    let place: Place

    init(path: String) { (name, place) = (path, .file) }

    init(_ member: CorpusArchive.Member, of archive: CorpusArchive) {
        name = "\(archive.path):\(member.path)"
        place = .member(member, of: archive)
    }

    /// The path of the file that has it: its own, or its archive's.
    var path: String {
        switch place {
        case .file: name
        case .member(_, let archive): archive.path
        }
    }

    /// What a file that is made of it is called.
    var fileName: String {
        switch place {
        case .file: FilePath.name(name)
        case .member(let member, _): FilePath.name(member.path)
        }
    }

    /// The number of its bytes.
    ///
    /// - Throws: ``Failure`` where it cannot be read.
    func size() throws(Failure) -> Int {
        guard case .file = place else { return try content().count }
        return try FilePath.size(name)
    }

    /// ``fileName``, cut where it is long: with what is put around it, no file system's limit is reached.
    var shortFileName: String {
        String(decoding: fileName.utf8.prefix(ReplayInput.longestName), as: UTF8.self)
    }

    /// What is in it.
    ///
    /// - Throws: ``Failure`` where it cannot be read.
    func content() throws(Failure) -> [UInt8] {
        switch place {
        case .file:
            try StoredBytes(path: name).withBytes { $0.array }
        case .member(let member, let archive): try archive.content(of: member)
        }
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
