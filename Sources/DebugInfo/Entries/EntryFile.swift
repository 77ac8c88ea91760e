/// One file's entries: its sections, and of its units those that were asked for.
struct EntryFile {
    let sections: DebugSections
    /// By place.
    let headers: [UnitHeader]
    /// The unit of the file itself that stands for a split unit here.
    let skeleton: Unit?
    var units: [Unit?]
    var tables: [TableKey: AbbreviationTable] = [:]

    struct TableKey: Hashable {
        var offset: UInt64
        var shape: UnitShape
    }

    init(_ sections: DebugSections, skeleton: Unit? = nil) {
        self.sections = sections
        self.skeleton = skeleton
        var cursor = sections.cursor(.info, at: 0)
        var headers: [UnitHeader] = []
        while let header = UnitHeader(&cursor) { headers.append(header) }
        self.headers = headers
        units = [Unit?](repeating: nil, count: headers.count)
    }

    /// The index of the unit that the byte at `offset` of `.debug_info` is an entry of.
    func unit(around offset: UInt64) -> Int? {
        var (low, high) = (0, headers.count)
        while low < high {
            let middle = (low + high) / 2
            if headers[middle].start <= offset { low = middle + 1 } else { high = middle }
        }
        guard low > 0, offset >= headers[low - 1].firstEntry, offset < headers[low - 1].end
        else { return nil }
        return low - 1
    }
}
