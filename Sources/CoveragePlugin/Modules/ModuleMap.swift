import TraceEmbedded

/// Which file lies at which guest address, as far as translated blocks have asked.
struct ModuleMap {
    private(set) var files: [LoadedFile] = []
    /// The rows of the module table, a file's number there being its index: the files that are wanted.
    private(set) var rows: [LoadedFile] = []
    private let selection: BlockSelection
    /// How many modules there are that are memory of no name of its own.
    private var memoryCount = 0
    /// By address, none overlapping another.
    private var ranges: [LoadedRange] = []
    /// Blocks come in runs from one module.
    private var lastHit = 0
    /// How often the guest may have mapped files.
    private var mappings: UInt64 = 0

    /// Nothing but what decides which files are wanted.
    init(_ selection: BlockSelection) { self.selection = selection }

    /// The stretch that the address is in, nil where it is not known.
    @_optimize(speed)
    mutating func range(containing address: UInt64) -> LoadedRange? {
        if lastHit < ranges.count, ranges[lastHit].contains(address) { return ranges[lastHit] }
        let index = upperBound(address) - 1
        guard index >= 0, ranges[index].contains(address) else { return nil }
        lastHit = index
        return ranges[index]
    }

    /// Puts a file at its place, in a row of its own or in the row that it has already. One that is not
    /// wanted has no row.
    mutating func add(_ file: LoadedFile) { add(file, at: [(file.start, file.end)]) }

    /// The same for a file that takes several places, each from its first address to the one behind
    /// its last.
    mutating func add(_ file: LoadedFile, at places: [(start: UInt64, end: UInt64)]) {
        let number = files.firstIndex { $0.isSameFile(as: file) } ?? append(file)
        for place in places {
            replace(
                by: LoadedRange(
                    start: place.start, end: place.end, base: file.base, file: number,
                    module: module(of: number), mappings: file.isMemory ? mappings : .max))
        }
    }

    /// Puts memory that the user has named at its place; what else is known around it stays.
    mutating func addNamed(_ memory: LoadedFile) {
        let around = ranges.filter { $0.start < memory.end && memory.start < $0.end }
        add(memory)
        for range in around {
            var (below, above) = (range, range)
            below.end = memory.start
            above.start = memory.end
            for rest in [below, above] where rest.start < rest.end {
                ranges.insert(rest, at: upperBound(rest.start))
            }
        }
    }

    /// Puts a file to so many bytes above where it was put first, too, and has its row say so. What the
    /// user has named there stays.
    mutating func place(_ number: Int, movedBy distance: UInt64) {
        let file = files[number].moved(downBy: 0 &- distance)
        let named = ranges.compactMap({ $0.file }).filter {
            files[$0].segments.isEmpty && file.start < files[$0].end && files[$0].start < file.end
        }
        defer { for other in named { addNamed(files[other]) } }
        for segment in file.segments where distance != 0 {
            replace(
                by: LoadedRange(
                    start: file.base &+ segment.start, end: file.base &+ segment.end,
                    base: file.base, file: number, module: module(of: number)))
        }
        guard let row = file.row else { return }
        rows[Int(row)] = file
    }

    private mutating func append(_ file: LoadedFile) -> Int {
        var file = file
        file.isWanted = selection.takes(module: file.path)
        if file.isWanted, rows.count < Block.mostModules {
            file.row = UInt16(rows.count)
            rows.append(file)
        }
        files.append(file)
        return files.count - 1
    }

    /// Notes memory around `address` in which no file is mapped. What is known to be a file's stays
    /// so: the kernel lists a heap that follows a module's zeroed data as one with it.
    ///
    /// - Parameter name: what such memory is called as a module, a number behind it from the second
    ///   on; nil where it is none.
    mutating func addAnonymous(
        around address: UInt64, start: UInt64, end: UInt64, name: [UInt8]?
    ) {
        let next = upperBound(address)
        var lowest = next > 0 ? max(start, ranges[next - 1].end) : start
        var highest = next < ranges.count ? min(end, ranges[next].start) : end
        guard lowest <= address, address < highest else { return }
        guard let name else {
            ranges.insert(
                LoadedRange(start: lowest, end: highest, base: 0, mappings: mappings), at: next)
            return
        }
        // An offset has 32 bits.
        let largest: UInt64 = 1 << 32
        if highest - lowest > largest {
            lowest = max(lowest, address & ~(largest - 1))
            highest = min(highest, lowest &+ (largest - 1))
        }
        let number = memoryFile(from: lowest, to: highest, name: name)
        ranges.insert(
            LoadedRange(
                start: lowest, end: highest, base: files[number].base, file: number,
                module: module(of: number), mappings: mappings), at: next)
    }

    /// The rows as they are at the end: what is not the file at its path any more is named after its
    /// build.
    func rowsAtEnd() -> [LoadedFile] {
        var named = rows
        var unnamed = 0
        for index in rows.indices where isReplaced(index) {
            let id = rows[index].build?.id ?? []
            if id.isEmpty { unnamed += 1 }
            named[index].path = ReplacedModule.path(rows[index].path, buildID: id, number: unnamed)
        }
        return named
    }

    private func isReplaced(_ index: Int) -> Bool {
        let row = rows[index]
        guard !row.isMemory, row.build != nil || row.stamp != nil || row.isDeleted else {
            return false
        }
        let now = FileStamp(of: HostPath(row.path))
        if row.stamp == now, now != nil { return false }
        let isOlder = rows[(index + 1)...].contains { $0.path == row.path }
        guard now != nil else { return isOlder }
        if let build = row.build {
            return ELFFile.buildID(at: HostPath(row.path)) != build.id
        }
        return row.stamp != nil || row.isDeleted || isOlder
    }

    private func module(of number: Int) -> UInt16 { files[number].row ?? Block.noModule }

    /// The number of the module that is memory and holds the stretch: one that was there before, or a
    /// new one.
    private mutating func memoryFile(
        from start: UInt64, to end: UInt64, name: [UInt8]
    ) -> Int {
        if let known = files.firstIndex(where: {
            $0.isMemory && $0.start <= start && end <= $0.end && $0.path.starts(with: name)
        }) {
            return known
        }
        var path = TextBuffer()
        path.append(name)
        if memoryCount > 0 {
            path.append(".")
            path.append(decimal: memoryCount)
        }
        memoryCount += 1
        var file = LoadedFile(
            mapped: start, end: end, base: start, path: path.bytes, identity: nil)
        file.isMemory = true
        return append(file)
    }

    /// The address behind the highest known file, 0 where there is none.
    var filesEnd: UInt64 { ranges.last { hasFile($0) }?.end ?? 0 }

    /// Whether a known file lies between two addresses.
    func hasFile(in start: UInt64, _ end: UInt64) -> Bool {
        var index = firstIndex(endingAbove: start)
        while index < ranges.count, ranges[index].start < end {
            if hasFile(ranges[index]) { return true }
            index += 1
        }
        return false
    }

    /// Keeps of each file's stretch the places within it, in the order of addresses, where the file
    /// still lies; it keeps its row.
    mutating func keepFiles(
        _ places: (LoadedRange, LoadedFile) -> [(start: UInt64, end: UInt64)]
    ) {
        ranges = ranges.flatMap { range in
            guard let file = range.file, !files[file].isMemory else { return [range] }
            return places(range, files[file]).map { place in
                var part = range
                part.start = place.start
                part.end = place.end
                return part
            }
        }
    }

    /// Marks what is known to have no file: one may have been mapped there since.
    mutating func suspectAnonymous() { mappings += 1 }

    /// Whether a file may have been mapped in the range since it was found to have none.
    func isSuspect(_ range: LoadedRange) -> Bool { range.mappings < mappings }

    private func hasFile(_ range: LoadedRange) -> Bool {
        range.file.map { !files[$0].isMemory } ?? false
    }

    /// Forgets the stretch that the address is in.
    mutating func forget(_ address: UInt64) {
        let index = firstIndex(endingAbove: address)
        if index < ranges.count, ranges[index].contains(address) { ranges.remove(at: index) }
    }

    /// What was just read from the system is the truth: older knowledge gives way to it.
    private mutating func replace(by range: LoadedRange) {
        let first = firstIndex(endingAbove: range.start)
        var end = first
        while end < ranges.count, ranges[end].start < range.end { end += 1 }
        ranges.replaceSubrange(first..<end, with: CollectionOfOne(range))
    }

    /// The index of the first range that ends above the address.
    private func firstIndex(endingAbove address: UInt64) -> Int {
        let index = upperBound(address)
        return index > 0 && ranges[index - 1].end > address ? index - 1 : index
    }

    /// The index of the first range that begins above the address.
    private func upperBound(_ address: UInt64) -> Int {
        ranges.partitioningIndex { $0.start > address }
    }
}
