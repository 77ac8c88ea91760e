import Trace

/// One file's DIEs: its sections, and of its units those that were asked for.
struct DIEFile {
    let sections: DebugSections
    /// By offset.
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

    /// The index of the unit that the byte at `offset` of `.debug_info` is a DIE of.
    func unit(around offset: UInt64) -> Int? {
        let next = headers.partitioningIndex { $0.start > offset }
        guard next > 0, offset >= headers[next - 1].firstDIE, offset < headers[next - 1].end
        else { return nil }
        return next - 1
    }
}
