import Folders

#if canImport(Glibc)
    import Glibc
#endif

/// A folder with a Parquet file for each table, as DuckDB exports a database and imports one; it appears whole or not at all.
final class ParquetFolder: ExportOutput {
    private static let (schemaName, loadName) = ("schema.sql", "load.sql")
    /// What the schema begins with.
    private static let mark = "-- An export of covtool's"

    private static var names: [String] {
        ExportTable.all.map { $0.name + ".parquet" } + [schemaName, loadName]
    }

    private let path: String
    /// The path without links, and without a slash at its end.
    private let target: String
    private let temporary: String
    private var isFinished = false
    private var file: (output: OutputFile, table: ParquetFile)?

    /// Takes a folder that is not there, is empty, or has an earlier export, which is replaced.
    ///
    /// - Throws: ``Failure``
    init(_ path: String) throws(Failure) {
        var name = path[...]
        while name.hasSuffix("/"), name.count > 1 { name.removeLast() }
        let target = FilePath.destination(String(name))
        if FilePath.exists(target) {
            guard FilePath.isFolder(target) else { throw Failure.writing(path, ENOTDIR) }
            guard ParquetFolder.isFree(target) else {
                throw Failure(
                    .inputOutput,
                    "\(path): has files that are not of an export: name another folder, or empty this one"
                )
            }
        }
        let folder = FilePath.folder(target)
        let temporary = folder + NewFile.unfinishedName(FilePath.name(target), getpid(), 0)
        // One that is there is left of a process that was killed, and had this one's number.
        ParquetFolder.remove(temporary)
        guard unsafe mkdir(temporary, 0o777) == 0 else { throw Failure.writing(path, errno) }
        (self.path, self.target, self.temporary) = (path, target, temporary)
        Interruption.addUnfinished(temporary)
        for name in ParquetFolder.names { Interruption.addUnfinished("\(temporary)/\(name)") }
    }

    deinit {
        // What it has not finished is in the folder.
        file = nil
        if !isFinished { ParquetFolder.remove(temporary) }
        Interruption.forgetUnfinished(temporary)
        for name in ParquetFolder.names { Interruption.forgetUnfinished("\(temporary)/\(name)") }
    }

    /// Whether a folder has nothing but an export.
    private static func isFree(_ folder: String) -> Bool {
        let found = FolderNames(of: folder).sorted()
        guard !found.isEmpty else { return true }
        guard found.allSatisfy(names.contains) else { return false }
        let schema = try? FileBytes.text(at: "\(folder)/\(schemaName)", most: 1 << 16)
        return schema?.starts(with: mark.utf8) == true
    }

    /// Removes a folder with an export, or a part of one.
    private static func remove(_ folder: String) {
        for name in names { unsafe unlink("\(folder)/\(name)") }
        unsafe rmdir(folder)
    }

    func begin(_ table: ExportTable) throws(Failure) {
        let output = try OutputFile("\(temporary)/\(table.name).parquet")
        let rows = ParquetFile(table.columns)
        output.write(rows.beginning)
        file = (output, rows)
    }

    func add(_ rows: ExportRows) throws(Failure) {
        guard let bytes = file?.table.bytes(of: rows) else { return }
        file?.output.write(bytes)
    }

    func end() throws(Failure) {
        guard let (output, table) = file else { return }
        output.write(table.end)
        try output.finish()
        file = nil
    }

    func finish() throws(Failure) {
        let tables = ExportTable.all
        let statements = tables.map { $0.statement(numbers: "BIGINT", key: ")") }
        try write(
            ParquetFolder.schemaName,
            "\(ParquetFolder.mark), for IMPORT DATABASE.\n\(statements.joined())\(ExportTable.views)"
        )
        let copies = tables.map {
            "COPY \($0.name) FROM '\($0.name).parquet' (FORMAT 'parquet');\n"
        }
        try write(ParquetFolder.loadName, copies.joined())
        // A folder takes the name of an empty one alone.
        let before =
            FilePath.folder(target)
            + NewFile.unfinishedName(FilePath.name(target), getpid(), 1)
        let isThere = FilePath.isFolder(target)
        if isThere, unsafe rename(target, before) != 0 { throw Failure.writing(path, errno) }
        guard unsafe rename(temporary, target) == 0 else {
            let number = errno
            if isThere { unsafe rename(before, target) }
            throw Failure.writing(path, number)
        }
        isFinished = true
        if isThere { ParquetFolder.remove(before) }
    }

    private func write(_ name: String, _ text: String) throws(Failure) {
        let output = try OutputFile("\(temporary)/\(name)")
        output.write(text)
        try output.finish()
    }
}
