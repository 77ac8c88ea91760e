/// What is mapped into this process, in the order of addresses: the guest's memory, and QEMU's own.
struct MemoryRows {
    private let rows: [MemoryRow]

    init(_ rows: [MemoryRow]) { self.rows = rows }

    /// As it is now, up to the first row that begins above the host address; nothing where the system
    /// does not say. The system makes the text up while it is read, and QEMU's own rows, most of
    /// them, stand above a guest's.
    static func current(upTo address: UInt64) -> MemoryRows {
        guard let file = try? HostFile(reading: HostPath("/proc/self/maps")) else {
            return MemoryRows([])
        }
        var text: [UInt8] = []
        while let part = try? file.readNext(), !part.isEmpty {
            text.append(contentsOf: part)
            // The last line may be cut: it is read again with the next part.
            guard let end = text.lastIndex(of: UInt8(ascii: "\n")) else { continue }
            let rows = MemoryRowParser.rows(of: [UInt8](text[...end]))
            if let last = rows.last, last.start > address { return MemoryRows(rows) }
        }
        return MemoryRows(MemoryRowParser.rows(of: text))
    }

    /// The row that the host address is in.
    func index(containing address: UInt64) -> Int? {
        rows.firstIndex { $0.start <= address && address < $0.end }
    }

    /// The anonymous memory around the host address: the kernel begins a new row where the protection
    /// differs, as QEMU makes it differ from one page of generated code to the next.
    func stretch(around address: UInt64) -> (start: UInt64, end: UInt64)? {
        guard let index = index(containing: address) else { return nil }
        func isPart(_ row: MemoryRow) -> Bool { row.isAnonymous && row.isReadable }
        var (first, last) = (index, index)
        while first > 0, isPart(rows[first - 1]), rows[first - 1].end == rows[first].start {
            first -= 1
        }
        while last + 1 < rows.count, isPart(rows[last + 1]), rows[last + 1].start == rows[last].end
        {
            last += 1
        }
        return (rows[first].start, rows[last].end)
    }

    /// Whether the file is mapped somewhere between two host addresses, and no other file is.
    func holds(_ file: LoadedFile, from start: UInt64, to end: UInt64) -> Bool {
        var isThere = false
        for row in rows where row.start < end && start < row.end && row.isFile {
            guard row.path == file.path, file.identity == nil || file.identity == row.file else {
                return false
            }
            isThere = true
        }
        return isThere
    }

    subscript(index: Int) -> MemoryRow { rows[index] }

    /// The module that the row at `index` belongs to, as it lies in the *host's* addresses. The row
    /// must be a file's.
    ///
    /// `read` gives a number of bytes at an offset in a row.
    func file(
        at index: Int, address: UInt64, read: (MemoryRow, UInt64, Int) -> [UInt8]?
    ) -> LoadedFile {
        for row in rowsDown(from: index) where rows[row].offset == 0 {
            let candidate = rows[row]
            guard let layout = ELFLayout(read: { read(candidate, $0, $1) }),
                let bias = layout.bias(fileStartAt: candidate.start)
            else { continue }
            let file = LoadedFile(
                layout, bias: bias, path: candidate.path, identity: candidate.file)
            if file.start <= address, address < file.end { return file }
        }
        return mapped(at: index)
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

    /// A file that is not ELF, or whose header is not in memory: its rows without a gap, offsets as
    /// in the file.
    private func mapped(at index: Int) -> LoadedFile {
        let row = rows[index]
        var first = index
        while first > 0, continues(first - 1, with: first) { first -= 1 }
        var last = index
        while last + 1 < rows.count, continues(last, with: last + 1) { last += 1 }
        let start = rows[first].start
        return LoadedFile(
            mapped: start, end: rows[last].end, base: start &- rows[first].offset, path: row.path,
            identity: row.file)
    }

    private func continues(_ lower: Int, with upper: Int) -> Bool {
        let (lower, upper) = (rows[lower], rows[upper])
        return lower.isSameFile(as: upper) && lower.end == upper.start
            && lower.offset < upper.offset
    }
}
