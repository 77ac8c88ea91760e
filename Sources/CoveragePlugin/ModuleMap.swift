import DRCovEmbedded

/// Which file lies at which guest address, as far as translated blocks have asked.
struct ModuleMap {
    /// The rows of the module table: a file's id is its index.
    private(set) var files: [LoadedFile] = []
    /// By address, none overlapping another.
    private var ranges: [LoadedRange] = []
    /// Blocks come in runs from one module.
    private var lastHit = 0

    /// The stretch that the address is in, nil where it is not known.
    mutating func range(containing address: UInt64) -> LoadedRange? {
        if lastHit < ranges.count, ranges[lastHit].contains(address) { return ranges[lastHit] }
        let index = upperBound(address) - 1
        guard index >= 0, ranges[index].contains(address) else { return nil }
        lastHit = index
        return ranges[index]
    }

    /// Puts a file at its place, in a row of its own or in the row that it has already.
    mutating func add(_ file: LoadedFile) { add(file, at: [(file.start, file.end)]) }

    /// The same for a file that takes several places, each from its first address to the one behind
    /// its last.
    mutating func add(_ file: LoadedFile, at places: [(start: UInt64, end: UInt64)]) {
        var id = files.firstIndex { $0.isSameFile(as: file) }
        if id == nil, files.count < Int(Block.noModule) {
            id = files.count
            files.append(file)
        }
        for place in places {
            replace(
                by: LoadedRange(
                    start: place.start, end: place.end, base: file.base,
                    module: id.map { UInt16(truncatingIfNeeded: $0) }))
        }
    }

    /// Notes memory around `address` in which no file is mapped. What is known to be a file's stays
    /// so: the kernel lists a heap that follows a module's zeroed data as one with it.
    mutating func addAnonymous(around address: UInt64, start: UInt64, end: UInt64) {
        let next = upperBound(address)
        let lowest = next > 0 ? max(start, ranges[next - 1].end) : start
        let highest = next < ranges.count ? min(end, ranges[next].start) : end
        guard lowest <= address, address < highest else { return }
        ranges.insert(LoadedRange(start: lowest, end: highest, base: 0, module: nil), at: next)
    }

    /// The address behind the highest known file, 0 where there is none.
    var filesEnd: UInt64 { ranges.last { $0.module != nil }?.end ?? 0 }

    /// Whether a known file lies between two addresses.
    func hasFile(in start: UInt64, _ end: UInt64) -> Bool {
        ranges.contains { $0.module != nil && $0.start < end && start < $0.end }
    }

    /// Forgets each file's stretch that is not what `isThere` says it is; the file keeps its row.
    mutating func keepFiles(where isThere: (LoadedRange, LoadedFile) -> Bool) {
        ranges.removeAll { range in
            guard let module = range.module else { return false }
            return !isThere(range, files[Int(module)])
        }
    }

    /// Marks what is known to have no file: one may have been mapped there since.
    mutating func suspectAnonymous() {
        for index in ranges.indices where ranges[index].module == nil {
            ranges[index].isSuspect = true
        }
    }

    /// Forgets the stretch that the address is in.
    mutating func forget(_ address: UInt64) {
        ranges.removeAll { $0.contains(address) }
    }

    /// What was just read from the system is the truth: older knowledge gives way to it.
    private mutating func replace(by range: LoadedRange) {
        ranges.removeAll { $0.start < range.end && range.start < $0.end }
        ranges.insert(range, at: upperBound(range.start))
    }

    /// The index of the first range that begins above the address.
    private func upperBound(_ address: UInt64) -> Int {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].start <= address { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
