private import CSQLite
import Trace

#if canImport(Glibc)
    import Glibc
#endif

/// A SQLite database that appears whole or not at all.
@safe
final class DatabaseFile: ExportOutput {
    private let path: String
    /// The path without links.
    private let target: String
    private let temporary: String
    private var database: OpaquePointer?
    private var isFinished = false

    /// - Throws: ``Failure``, also where libsqlite3 is not there.
    init(_ path: String) throws(Failure) {
        if let error = unsafe database_library_error() {
            throw Failure(
                .missingInput,
                """
                \(path): databases need SQLite (\(unsafe String(cString: error))); install Debian's \
                libsqlite3-0, or use --parquet
                """)
        }
        let target = FilePath.destination(path)
        if FilePath.exists(target), !FilePath.isRegular(target) {
            throw Failure(.inputOutput, "\(path): a database can only be a file")
        }
        try DatabaseFile.checkReplacing(target, path)
        let (folder, name) = (FilePath.folder(target), FilePath.name(target))
        let made = NewFile.open(goesIfInterrupted: true) {
            folder + NewFile.unfinishedName(name, getpid(), $0)
        }
        guard made.descriptor >= 0 else { throw Failure.writing(path, errno) }
        close(made.descriptor)
        (self.path, self.target, temporary) = (path, target, made.path)
        unsafe database = database_open(PathText.cString(made.path))
        // Until it has its name, nobody else sees it, and nothing is kept of one that has failed.
        try run("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN;")
    }

    /// - Throws: ``Failure`` where what is there is no database, or is one with a journal, which SQLite would take for the
    ///   new one's.
    private static func checkReplacing(_ target: String, _ path: String) throws(Failure) {
        let mark = Array("SQLite format 3\0".utf8)
        let head = FilePath.exists(target) ? try FileBytes.beginning(of: target) : []
        guard head.isEmpty || head.starts(with: mark) else {
            throw Failure(
                .inputOutput, "\(path): is not replaced, since it is no database; name another file"
            )
        }
        for ending in ["-wal", "-journal"] where FilePath.exists(target + ending) {
            throw Failure(
                .inputOutput,
                """
                \(path): is not replaced, since \(path)\(ending) belongs to it: another program has it open, or was \
                ended; name another file
                """)
        }
    }

    deinit {
        if let database = unsafe database { unsafe database_close(database) }
        if !isFinished { unsafe unlink(temporary) }
        Interruption.forgetUnfinished(temporary)
    }

    func begin(_ table: ExportTable) throws(Failure) {
        // By the key alone it is kept in its order, without a number for each row.
        let key = ", PRIMARY KEY (\(table.key.joined(separator: ", ")))"
        let end = table.key.count > 1 ? ") WITHOUT ROWID" : ")"
        try run(table.statement(numbers: "INTEGER", key: key + end))
        let values = table.columns.map { _ in "?" }.joined(separator: ", ")
        guard unsafe database_prepare(database, "INSERT INTO \(table.name) VALUES (\(values))")
        else { throw failure }
    }

    func add(_ rows: ExportRows) throws(Failure) {
        for row in 0..<rows.count {
            for (column, cells) in rows.columns.enumerated() {
                switch cells[row] {
                case .number(let number):
                    unsafe database_set_number(database, CInt(column), number)
                case .text(var text):
                    text.withUTF8 { text in
                        unsafe text.withMemoryRebound(to: CChar.self) { text in
                            unsafe database_set_text(
                                database, CInt(column), text.baseAddress, CInt(text.count))
                        }
                    }
                case .missing: break
                }
            }
            guard unsafe database_add_row(database) else { throw failure }
        }
    }

    func end() throws(Failure) {}

    func finish() throws(Failure) {
        try run(ExportTable.views + "COMMIT;")
        if let database = unsafe database { unsafe database_close(database) }
        unsafe database = nil
        guard unsafe rename(temporary, target) == 0 else { throw Failure.writing(path, errno) }
        isFinished = true
    }

    private func run(_ statements: String) throws(Failure) {
        guard unsafe database != nil else { throw Failure.writing(path, ENOMEM) }
        guard unsafe database_run(database, statements) else { throw failure }
    }

    private var failure: Failure {
        Failure(
            .inputOutput,
            "\(path): cannot be written: \(unsafe String(cString: database_error(database)))")
    }
}
