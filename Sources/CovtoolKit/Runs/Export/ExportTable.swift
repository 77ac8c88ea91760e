import Coverage
import Trace

/// A table of an export.
struct ExportTable {
    /// A column of a table.
    struct Column {
        enum Kind {
            /// A number of 64 bits.
            case number
            /// Text in UTF-8.
            case text
        }

        let name: String
        let kind: Kind
        /// Whether there can be rows without a value.
        let isOptional: Bool

        static func number(_ name: String) -> Column {
            Column(name: name, kind: .number, isOptional: false)
        }

        static func optionalNumber(_ name: String) -> Column {
            Column(name: name, kind: .number, isOptional: true)
        }

        static func text(_ name: String) -> Column {
            Column(name: name, kind: .text, isOptional: false)
        }
    }

    let name: String
    let columns: [Column]
    /// The columns that together tell rows apart, by which rows come in ascending order.
    var key = ["id"]

    /// All tables, in the order in which they are written. Docs/export.md describes them.
    static let all = [runs, modules, files, functions, lines, blocks, runsets]

    static let runs = ExportTable(
        name: "runs", columns: [.number("id"), .text("name"), .number("bytes"), .number("blocks")])
    static let modules = ExportTable(
        name: "modules",
        columns: [.number("id"), .text("path"), .number("base"), .number("size")])
    static let files = ExportTable(name: "files", columns: [.number("id"), .text("path")])
    static let functions = ExportTable(
        name: "functions",
        columns: [
            .number("id"), .text("name"), .text("linkage_name"), .optionalNumber("file_id"),
            .optionalNumber("line"), .optionalNumber("end_line"), .optionalNumber("module_id"),
            .optionalNumber("start"), .optionalNumber("size"), .number("run_count"),
            .optionalNumber("runset_id"),
        ])
    static let lines = ExportTable(
        name: "lines",
        columns: [
            .number("id"), .number("file_id"), .number("line"), .number("run_count"),
            .optionalNumber("runset_id"),
        ])
    static let blocks = ExportTable(
        name: "blocks",
        columns: [
            .number("id"), .optionalNumber("module_id"), .number("start"), .number("size"),
            .optionalNumber("function_id"), .optionalNumber("line_id"), .optionalNumber("hits"),
            .number("run_count"), .number("runset_id"),
        ])
    static let runsets = ExportTable(
        name: "runsets", columns: [.number("id"), .number("first_run"), .number("last_run")],
        key: ["id", "first_run"])

    /// Statements for views of what each run has, of which there can be more than a file has room for.
    static let views = ["function", "line", "block"].map { thing in
        """
        CREATE VIEW \(thing)_runs AS SELECT \(thing)s.id AS \(thing)_id, runs.id AS run_id FROM \(thing)s
            JOIN runsets ON runsets.id = \(thing)s.runset_id
            JOIN runs ON runs.id BETWEEN runsets.first_run AND runsets.last_run;

        """
    }.joined()

    /// The statement that makes the table.
    ///
    /// - Parameters:
    ///   - numbers: the type of numbers.
    ///   - key: what is said behind the columns.
    func statement(numbers: String, key: String = "") -> String {
        let columns = columns.map { column in
            "\(column.name) \(column.kind == .number ? numbers : "TEXT")\(column.isOptional ? "" : " NOT NULL")"
        }
        return "CREATE TABLE \(name) (\(columns.joined(separator: ", "))\(key);\n"
    }
}

/// A value of a row.
enum ExportCell {
    case number(Int64)
    case text(String)
    case missing

    init(_ number: some BinaryInteger) { self = .number(Int64(truncatingIfNeeded: number)) }

    /// Nil is no value.
    init(_ number: (some BinaryInteger)?) {
        self = number.map { .number(Int64(truncatingIfNeeded: $0)) } ?? .missing
    }

    /// A path or a name; bytes in it that are no UTF-8 are replaced, since no reader would take them.
    static func name(_ text: String) -> ExportCell {
        .text(String(decoding: PathText.bytes(of: text), as: UTF8.self))
    }

    var number: Int64? { if case .number(let number) = self { number } else { nil } }
    var text: String? { if case .text(let text) = self { text } else { nil } }
    var isMissing: Bool { if case .missing = self { true } else { false } }
}

/// Some rows of a table, column by column.
struct ExportRows {
    /// So many are written at a time: as many as a reader takes at once, DuckDB say.
    static let most = 122_880

    private(set) var columns: [[ExportCell]]
    private(set) var count = 0

    /// No row of a table.
    init(_ table: ExportTable) { columns = .init(repeating: [], count: table.columns.count) }

    /// Adds a row, with a value for each column.
    mutating func append(_ cells: [ExportCell]) {
        for index in columns.indices { columns[index].append(cells[index]) }
        count += 1
    }

    mutating func removeAll() {
        for index in columns.indices { columns[index].removeAll(keepingCapacity: true) }
        count = 0
    }
}

/// Where the tables of an export go, whole or not at all.
protocol ExportOutput: AnyObject {
    /// Begins a table.
    func begin(_ table: ExportTable) throws(Failure)
    /// Adds rows to the table that was begun last.
    func add(_ rows: ExportRows) throws(Failure)
    /// Ends the table.
    func end() throws(Failure)
    /// Gives what was written its name.
    func finish() throws(Failure)
}

extension ExportOutput {
    /// Writes a table.
    ///
    /// - Parameter body: is given what takes a row, with a value for each column.
    func write(
        _ table: ExportTable,
        _ body: ((ExportCell...) throws(Failure) -> Void) throws(Failure) -> Void
    ) throws(Failure) {
        var rows = ExportRows(table)
        try begin(table)
        try body { (cells: ExportCell...) throws(Failure) in
            rows.append(cells)
            guard rows.count == ExportRows.most else { return }
            try add(rows)
            rows.removeAll()
        }
        if rows.count > 0 { try add(rows) }
        try end()
    }
}
