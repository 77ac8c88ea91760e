/// The inputs of a corpus, of which there can be millions: their names stand one behind the other, without room for each.
public struct InputList: RandomAccessCollection, Sendable {
    private struct Entry {
        /// Where its path ends in ``paths``.
        var end: Int
        /// Its place in an archive, and which archive that is; -1 for a file.
        var member: Int32 = -1
        var archive: Int32 = -1
    }

    private var entries: [Entry] = []
    private var paths: [UInt8] = []
    private var archives: [CorpusArchive] = []

    /// No input.
    public init() {}

    /// The first number.
    public var startIndex: Int { 0 }
    /// How many there are.
    public var endIndex: Int { entries.count }

    /// The input with a number.
    public subscript(number: Int) -> ReplayInput {
        let entry = entries[number]
        let start = number > 0 ? entries[number - 1].end : 0
        let path = String(decoding: paths[start..<entry.end], as: UTF8.self)
        guard entry.archive >= 0 else { return ReplayInput(path: path) }
        return ReplayInput(
            CorpusArchive.Member(number: Int(entry.member), path: path),
            of: archives[Int(entry.archive)])
    }

    /// Makes room for further inputs, of paths that have so many bytes together.
    mutating func reserve(_ count: Int, bytes: Int) {
        // A corpus of many folders must not be copied for each: as an append it grows.
        guard count > entries.count else { return }
        entries.reserveCapacity(entries.count + count)
        paths.reserveCapacity(paths.count + bytes)
    }

    /// Adds an input behind all others.
    mutating func append(_ input: ReplayInput) {
        switch input.place {
        case .file:
            paths += input.name.utf8
            entries.append(Entry(end: paths.count))
        case .member(let member, let archive):
            // The inputs of one stand together.
            if archives.last !== archive { archives.append(archive) }
            paths += member.path.utf8
            entries.append(
                Entry(
                    end: paths.count, member: Int32(member.number),
                    archive: Int32(archives.count - 1)))
        }
    }

    /// Adds inputs behind all others.
    mutating func append(contentsOf inputs: some Sequence<ReplayInput>) {
        for input in inputs { append(input) }
    }
}
