import QEMUPluginEmbedded

/// Looks where the code of an ELF file is executed that the system may have put elsewhere than the file
/// says: a kernel with address randomisation, or one that runs at physical addresses first.
///
/// It goes by the bytes of blocks, at distances from the file's own addresses that its alignment allows.
/// A kernel changes some of its code as it starts, and what stands for an address in it is another
/// number where it was moved; the rest is as in the file.
struct CodeSearch {
    enum Answer {
        /// The file has no such code.
        case other
        /// It has such code, and nothing is proven yet.
        case possible
        /// The code is executed at so many bytes above the file's own addresses.
        case found(distance: UInt64)
    }

    private struct Part {
        let address: UInt64
        let bytes: [UInt8]
    }

    private struct Candidate {
        let distance: UInt64
        /// Of the blocks that speak for it.
        var addresses: [UInt64] = []
        var byteCount = 0
        /// How many blocks where the file would lie are other code.
        var against = 0

        /// Whether it is no chance, nor a library that another program has in it, too. Where the file says
        /// itself, less is enough.
        var isProven: Bool {
            let (blocks, bytes) = distance == 0 ? (2, 16) : (4, 64)
            return addresses.count >= blocks && byteCount >= bytes && addresses.count > against
        }
    }

    /// A block says something from so many bytes on, of which no more than `mostBytes` are looked at.
    private static let fewestBytes = 8
    static let mostBytes = 64
    /// At physical addresses, and at those that the system has chosen.
    private static let mostPlaces = 2
    /// No more blocks are looked at than a system has executed long after its kernel began.
    private static let mostBlocks = 1 << 20
    private static let largestPart: UInt64 = 1 << 28

    /// The file's number in ``ModuleMap/files``.
    let file: Int
    let path: HostPath
    private let segments: [ELFLayout.Segment]
    private let alignment: UInt64
    /// Nil until it is looked for anything.
    private var parts: [Part]?
    private var candidates: [Candidate] = []
    private var found: [UInt64] = []
    private var examined = 0

    init(_ path: HostPath, _ layout: ELFLayout, file: Int) {
        self.file = file
        self.path = path
        segments = layout.segments.filter { $0.isExecutable }
        alignment = segments.map { $0.alignment }.max() ?? ELFLayout.pageSize
    }

    /// Whether there is nothing more to look for.
    var isOver: Bool {
        found.contains(0) || found.count == CodeSearch.mostPlaces
            || examined == CodeSearch.mostBlocks
    }

    /// Whether code was executed, and none of it was the file's.
    var hasFailed: Bool { examined > 0 && found.isEmpty && candidates.isEmpty }

    /// Looks at a block's first bytes.
    mutating func examine(_ address: UInt64, _ bytes: [UInt8]) -> Answer {
        guard bytes.count >= CodeSearch.fewestBytes, !isOver else { return .other }
        if parts == nil { parts = read() }
        examined += 1
        noteOther(address, bytes)
        var answer = Answer.other
        for part in parts ?? [] {
            let length = UInt64(part.bytes.count)
            // The first place in the part that is as far from a multiple of the alignment as the block.
            var offset = (address &- part.address) % alignment
            while offset < length, UInt64(bytes.count) <= length - offset {
                if part.bytes[Int(offset)] == bytes[0],
                    part.bytes[Int(offset)...].starts(with: bytes)
                {
                    let distance = address &- (part.address &+ offset)
                    if note(distance, address, bytes.count) { return .found(distance: distance) }
                    answer = .possible
                }
                offset += alignment
            }
        }
        return answer
    }

    /// Gives up what is not needed any more.
    mutating func end() { (parts, candidates) = ([], []) }

    /// Whether the block proves that the code is executed at the distance, which was not known.
    private mutating func note(_ distance: UInt64, _ address: UInt64, _ count: Int) -> Bool {
        guard !found.contains(distance) else { return false }
        var index = candidates.firstIndex { $0.distance == distance }
        if index == nil {
            candidates.append(Candidate(distance: distance))
            index = candidates.count - 1
        }
        guard let index, !candidates[index].addresses.contains(address) else { return false }
        candidates[index].addresses.append(address)
        candidates[index].byteCount += count
        guard candidates[index].isProven else { return false }
        found.append(distance)
        candidates.remove(at: index)
        return true
    }

    /// Notes what speaks against distances.
    private mutating func noteOther(_ address: UInt64, _ bytes: [UInt8]) {
        for index in candidates.indices {
            let place = address &- candidates[index].distance
            for part in parts ?? [] {
                let offset = place &- part.address
                guard offset < UInt64(part.bytes.count) else { continue }
                if !part.bytes[Int(offset)...].starts(with: bytes) {
                    candidates[index].against += 1
                }
            }
        }
    }

    private func read() -> [Part] {
        guard let file = try? HostFile(reading: path) else { return [] }
        return segments.compactMap { segment in
            let count = segment.fileEnd - segment.offset
            guard count > 0, count <= CodeSearch.largestPart,
                let bytes = try? file.read(at: segment.offset, count: Int(count))
            else { return nil }
            return Part(address: segment.address, bytes: bytes)
        }
    }
}

/// The files whose code is looked for.
struct CodeSearches {
    private var searches: [CodeSearch]

    init(_ searches: [CodeSearch]) { self.searches = searches }

    /// Whether there was anything to look for.
    var isAny: Bool { !searches.isEmpty }

    /// The files of which nothing was executed.
    var notExecuted: some Sequence<HostPath> {
        searches.lazy.filter { $0.hasFailed }.map { $0.path }
    }

    /// Looks whether the block is code of one of them, and whether it tells where that is.
    ///
    /// - Returns: whether it may be code of a file that is wanted, and whether a file has got its place.
    mutating func examine(
        _ block: borrowing TranslationBlock, placingIn finder: inout ModuleFinder
    ) -> (isPossible: Bool, isPlaced: Bool) {
        guard searches.contains(where: { !$0.isOver }) else { return (false, false) }
        var bytes: [UInt8] = []
        for index in 0..<block.instructionCount where bytes.count < CodeSearch.mostBytes {
            bytes += block.withInstruction(at: index) { $0.data } ?? []
        }
        var (isPossible, isPlaced) = (false, false)
        for index in searches.indices {
            switch searches[index].examine(block.address, bytes) {
            case .other: break
            case .possible:
                if finder.map.files[searches[index].file].isWanted { isPossible = true }
            case .found(let distance):
                finder.place(searches[index].file, movedBy: distance)
                isPlaced = true
                if searches[index].isOver { searches[index].end() }
            }
        }
        return (isPossible, isPlaced)
    }
}
