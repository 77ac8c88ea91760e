import TraceEmbedded

/// What is mapped into this process, in the order of addresses: the guest's memory, and QEMU's own.
struct ProcessMap {
    private let rows: [ProcessMapRow]

    init(_ rows: [ProcessMapRow]) { self.rows = rows }

    /// As it is now, up to the first row that begins above the host address. The system makes the text up
    /// while it is read, and QEMU's own rows, most of them, stand above a guest's.
    ///
    /// - Throws: ``HostError`` where the system does not say.
    static func current(upTo address: UInt64) throws(HostError) -> ProcessMap {
        let file = try HostFile(reading: HostPath("/proc/self/maps"))
        var parser = ProcessMapParser(upTo: address)
        while !parser.isDone {
            let part = try file.readNext()
            if part.isEmpty { break }
            parser.take(part)
        }
        return ProcessMap(parser.rows)
    }

    /// The row that the host address is in.
    func index(containing address: UInt64) -> Int? {
        let index = firstIndex(endingAbove: address)
        return index < rows.count && rows[index].start <= address ? index : nil
    }

    private func firstIndex(endingAbove address: UInt64) -> Int {
        rows.partitioningIndex { $0.end > address }
    }

    /// The anonymous memory around the host address: the kernel begins a new row where the protection
    /// differs, as QEMU makes it differ from one page of generated code to the next.
    ///
    /// - Returns: Nil where there is none, or its end is not among the rows.
    func stretch(around address: UInt64) -> (start: UInt64, end: UInt64)? {
        guard let index = index(containing: address) else { return nil }
        func isPart(_ row: ProcessMapRow) -> Bool { row.isAnonymous && row.isReadable }
        var (first, last) = (index, index)
        while first > 0, isPart(rows[first - 1]), rows[first - 1].end == rows[first].start {
            first -= 1
        }
        while last + 1 < rows.count, isPart(rows[last + 1]), rows[last + 1].start == rows[last].end
        {
            last += 1
        }
        return last + 1 < rows.count ? (rows[first].start, rows[last].end) : nil
    }

    /// Where the file lies between two host addresses: what is mapped from it, and its zeroed data.
    /// Nothing where none of it is mapped there.
    ///
    /// - Parameter base: what offsets in the file count from there, as a host address.
    func places(
        of file: LoadedFile, base: UInt64, from start: UInt64, to end: UInt64
    ) -> [(start: UInt64, end: UInt64)] {
        let zeroed = base &+ file.contentLength
        var places: [(start: UInt64, end: UInt64)] = []
        var isThere = false
        for row in rows[firstIndex(endingAbove: start)...] {
            guard row.start < end else { break }
            var (low, high) = (max(row.start, start), min(row.end, end))
            if row.isFile, row.path == file.path, file.identity.map({ $0 == row.file }) ?? true {
                isThere = true
            } else if row.isAnonymous {
                low = max(low, zeroed)
            } else {
                high = low
            }
            guard low < high else { continue }
            if let last = places.last, last.end == low {
                places[places.count - 1].end = high
            } else {
                places.append((low, high))
            }
        }
        return isThere ? places : []
    }

    /// Whether what is mapped in the file's place is still the build that it was; true where that cannot
    /// be seen.
    ///
    /// - Parameter base: what offsets in the file count from, as a host address.
    func isSameBuild(_ file: LoadedFile, base: UInt64) -> Bool {
        if let build = file.build {
            let address = base &+ build.offset
            guard let index = index(containing: address),
                let now = HostMemory.read(
                    rows[index], at: address - rows[index].start, count: build.id.count)
            else { return true }
            return now == build.id
        }
        guard let stamp = file.stamp,
            let index = index(containing: base &+ (file.start &- file.base)),
            !rows[index].isDeleted, let now = FileStamp(of: HostPath(file.path))
        else { return true }
        return now == stamp
    }

    /// Whether all that is mapped below the host address is among the rows.
    func reach(_ address: UInt64) -> Bool { rows.last.map { $0.start >= address } ?? false }

    subscript(index: Int) -> ProcessMapRow { rows[index] }

    /// The module that the row at `index` belongs to, as it lies in the *host's* addresses, and from
    /// where to where it may be taken to lie so. The row must be a file's.
    func file(
        at index: Int, address: UInt64
    ) -> (file: LoadedFile, start: UInt64, end: UInt64) {
        let own = rows[index]
        for row in rowsDown(from: index) where rows[row].offset == 0 {
            let candidate = rows[row]
            let page = FirstPage(
                bytes: HostMemory.read(candidate, at: 0, count: FirstPage.size) ?? [])
            func contents(_ offset: UInt64, _ count: Int) -> [UInt8]? {
                page.read(offset, count) { HostMemory.read(candidate, at: $0, count: $1) }
            }
            guard let layout = ELFLayout(read: contents),
                let bias = layout.bias(fileStartAt: candidate.start)
            else { continue }
            guard
                layout.isLoaded(
                    from: own.offset, to: own.offset &+ (own.end - own.start),
                    origin: own.start &- own.offset, byte: own.offset &+ (address - own.start),
                    bias: bias)
            else { return mapped(at: index, address: address, layout) }
            var file = LoadedFile(
                layout, bias: bias, path: candidate.path, identity: candidate.file)
            file.build = layout.build(read: contents)
            return (file, file.start, file.end)
        }
        let page = (address - own.start) & ~(ELFLayout.pageSize - 1)
        let layout = HostMemory.read(own, at: page, count: FirstPage.size).flatMap {
            ELFFile(HostPath(own.path), with: $0, at: own.offset &+ page)
        }
        return mapped(at: index, address: address, layout?.layout)
    }

    /// The rows of one mapping of a file, from the one at `index` downwards.
    ///
    /// The same file may be mapped twice (QEMU's own C library and the guest's are often one), so
    /// offsets must not rise on the way down, and nothing but anonymous memory may lie between.
    private func rowsDown(from index: Int) -> [Int] {
        var found = [index]
        var offset = rows[index].offset
        for next in (0..<index).reversed() {
            let row = rows[next]
            if row.isSameFile(as: rows[index]) {
                guard row.offset <= offset else { break }
                offset = row.offset
                found.append(next)
            } else if !row.isAnonymous {
                break
            }
        }
        return found
    }

    /// A file that somebody mapped by itself, its rows without a gap. Of an ELF file each segment has
    /// offsets of its own; of another one they are the file's.
    private func mapped(
        at index: Int, address: UInt64, _ layout: ELFLayout?
    ) -> (file: LoadedFile, start: UInt64, end: UInt64) {
        let row = rows[index]
        var first = index
        while first > 0, continues(first - 1, with: first) { first -= 1 }
        var last = index
        while last + 1 < rows.count, continues(last, with: last + 1) { last += 1 }
        let (start, end) = (rows[first].start, rows[last].end)
        let origin = start &- rows[first].offset
        let flat = LoadedFile(
            mapped: start, end: end, base: origin, path: row.path, identity: row.file)
        guard let layout else { return (flat, start, end) }
        let part = layout.part(at: address &- origin)
        let file = part.shift.map {
            LoadedFile(layout, bias: origin &- $0, path: row.path, identity: row.file)
        }
        let low = max(part.start, rows[first].offset)
        let high = min(part.end, rows[last].offset &+ (end - rows[last].start))
        return (file ?? flat, origin &+ low, origin &+ high)
    }

    private func continues(_ lower: Int, with upper: Int) -> Bool {
        let (lower, upper) = (rows[lower], rows[upper])
        return lower.isSameFile(as: upper) && lower.end == upper.start
            && lower.offset &+ (lower.end - lower.start) == upper.offset
    }
}
