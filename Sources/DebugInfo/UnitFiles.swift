import CElfutils
import Coverage

/// The source files of one compilation unit, by the numbers that its line table and its entries
/// use; a path is put together when it is first asked for.
@safe
struct UnitFiles {
    private let table: OpaquePointer?
    private let folder: String
    private var paths: [String?]

    init(_ unit: inout Dwarf_Die, folder: String) {
        var table: OpaquePointer? = nil
        var count = 0
        let status = unsafe dwarf_getsrcfiles(&unit, &table, &count)
        unsafe self.table = status == 0 ? table : nil
        self.folder = folder
        paths = [String?](repeating: nil, count: status == 0 ? count : 0)
    }

    /// Absolute and normalised; nil for a number that the table has not.
    mutating func path(_ number: Int) -> String? {
        guard paths.indices.contains(number) else { return nil }
        if let known = paths[number] { return known }
        guard let name = unsafe dwarf_filesrc(table, number, nil, nil) else { return nil }
        // libdw has put the folder before the names of files that stand right in it, and before no
        // other: it shows where the folder itself is relative.
        let given = unsafe String(cString: name)
        let path = SourcePath.normalised(given, in: given.hasPrefix(folder + "/") ? "" : folder)
        paths[number] = path
        return path
    }
}
