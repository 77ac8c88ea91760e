/// The source files of one unit, by the numbers that its line program and its entries use.
@safe
struct UnitFiles {
    private enum Known {
        case unasked
        case index(Int32?)
    }

    private let names: FileNumbering
    private(set) var header: LineProgramHeader
    private let unitFolder: UnsafeRawBufferPointer
    private var known: [Known] = []

    /// - Parameter unitFolder: the folder that the unit was compiled in; its bytes must outlive this.
    init(_ names: FileNumbering, _ header: LineProgramHeader, unitFolder: UnsafeRawBufferPointer) {
        self.names = names
        self.header = header
        unsafe self.unitFolder = unsafe unitFolder
    }

    /// The file's index in ``LineTable/files``; nil for a number that the program has not.
    mutating func index(_ number: Int) -> Int32? {
        guard header.files.indices.contains(number) else { return nil }
        if known.count < header.files.count {
            known += Array(repeating: .unasked, count: header.files.count - known.count)
        }
        if case .index(let index) = known[number] { return index }
        let index = unsafe names.index(ofFile: number, in: header, unitFolder: unitFolder)
        known[number] = .index(index)
        return index
    }

    /// Adds a file as an operation of the program does.
    mutating func defineFile(_ cursor: inout DWARFCursor) { header.defineFile(&cursor) }
}
