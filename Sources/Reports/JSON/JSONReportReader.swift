public import Coverage
public import Trace

/// Reads the documents that ``JSONReport`` writes.
public struct JSONReportReader {
    /// Why a file is no such document.
    public enum Fault: Problem {
        /// It is damaged, or another document.
        case notCoverage
        /// It is of a version that is not known.
        case version(Int)
        /// Its files have sums and no lines.
        case isSummary

        /// What is wrong, as a part of a sentence.
        public var text: String {
            switch self {
            case .notCoverage: "not what 'covtool json' writes"
            case .version(let number):
                "version \(number) of covtool's JSON, which is not known here"
            case .isSummary: "only sums (--summary-only), without the lines that are needed"
            }
        }
    }

    /// Whether bytes begin as a JSON document does.
    public static func recognises(_ bytes: Span<UInt8>) -> Bool {
        var place = 0
        while place < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[place]) { place += 1 }
        return place < bytes.count
            && (bytes[place] == UInt8(ascii: "{") || bytes[place] == UInt8(ascii: "["))
    }

    /// The source files, in the document's order.
    ///
    /// - Throws: `ReadError` if it is none of the documents.
    public static func read(_ bytes: [UInt8]) throws(ReadError) -> [SourceCoverage.File] {
        var reader = JSONReportReader()
        var scanner = JSONScanner(bytes)
        do throws(JSONScanner.Fault) {
            try scanner.object { (scanner, name) throws(JSONScanner.Fault) in
                switch name {
                case "format": reader.format = try scanner.string()
                case "version": reader.version = try scanner.integer()
                case "files":
                    try scanner.array { (scanner) throws(JSONScanner.Fault) in
                        try reader.addFile(&scanner)
                    }
                default: try scanner.skip()
                }
            }
            try scanner.finish()
        } catch {
            throw ReadError(cause: Fault.notCoverage, position: .byte(error.place))
        }
        let fault: Fault? =
            reader.format != JSONReport.format
            ? .notCoverage
            : reader.version != JSONReport.version
                ? .version(reader.version) : reader.isSummary ? .isSummary : nil
        if let fault { throw ReadError(cause: fault, position: .byte(0)) }
        return reader.files
    }

    private var format = ""
    private var version = 0
    private var isSummary = false
    private var files: [SourceCoverage.File] = []

    private mutating func addFile(_ scanner: inout JSONScanner) throws(JSONScanner.Fault) {
        var (lines, functions) = ([SourceCoverage.Line](), [SourceCoverage.Function]())
        var branches: [SourceCoverage.Branch] = []
        var path: String?
        var hasLines = false
        try scanner.object { (scanner, name) throws(JSONScanner.Fault) in
            switch name {
            case "path": path = try scanner.string()
            case "functions":
                try scanner.array { (scanner) throws(JSONScanner.Fault) in
                    functions.append(try JSONReportReader.function(&scanner))
                }
            case "lines":
                hasLines = true
                try scanner.array { (scanner) throws(JSONScanner.Fault) in
                    lines.append(try JSONReportReader.line(&scanner))
                }
            case "branches":
                try scanner.array { (scanner) throws(JSONScanner.Fault) in
                    branches.append(try JSONReportReader.branch(&scanner))
                }
            default: try scanner.skip()
            }
        }
        guard let path else { throw JSONScanner.Fault(place: scanner.place - 1) }
        if !hasLines { isSummary = true }
        lines.sort { $0.line < $1.line }
        branches.sort { $0.line < $1.line }
        files.append(
            SourceCoverage.File(
                path: path, lines: lines, functions: functions, branches: branches))
    }

    private static func branch(_ scanner: inout JSONScanner) throws(JSONScanner.Fault)
        -> SourceCoverage.Branch
    {
        var branch = SourceCoverage.Branch(line: 0, isReached: false, ways: [])
        try scanner.object { (scanner, name) throws(JSONScanner.Fault) in
            switch name {
            case "line": branch.line = try scanner.integer()
            case "reached": branch.isReached = try scanner.boolean()
            case "ways":
                try scanner.array { (scanner) throws(JSONScanner.Fault) in
                    var way = SourceCoverage.Branch.Way(hits: nil)
                    try scanner.object { (scanner, name) throws(JSONScanner.Fault) in
                        switch name {
                        case "hits": way.hits = try scanner.integer()
                        case "to": way.destination = try scanner.integer()
                        default: try scanner.skip()
                        }
                    }
                    branch.ways.append(way)
                }
            default: try scanner.skip()
            }
        }
        return branch
    }

    private static func line(_ scanner: inout JSONScanner) throws(JSONScanner.Fault)
        -> SourceCoverage.Line
    {
        var line = SourceCoverage.Line(line: 0, hits: -1)
        try scanner.object { (scanner, name) throws(JSONScanner.Fault) in
            switch name {
            case "line": line.line = try lineNumber(&scanner, from: 1)
            case "hits": line.hits = try scanner.integer()
            default: try scanner.skip()
            }
        }
        // Both must be there.
        guard line.line > 0, line.hits >= 0 else {
            throw JSONScanner.Fault(place: scanner.place - 1)
        }
        return line
    }

    /// Reads the number of a line, which has 31 bits everywhere else.
    private static func lineNumber(_ scanner: inout JSONScanner, from least: Int)
        throws(JSONScanner.Fault) -> Int
    {
        let number = try scanner.integer()
        guard (least...Int(Int32.max)).contains(number) else {
            throw JSONScanner.Fault(place: scanner.place - 1)
        }
        return number
    }

    private static func function(_ scanner: inout JSONScanner) throws(JSONScanner.Fault)
        -> SourceCoverage.Function
    {
        var function = SourceCoverage.Function(name: "", linkageName: "", line: 0, hits: 0)
        try scanner.object { (scanner, name) throws(JSONScanner.Fault) in
            switch name {
            case "name": function.name = try scanner.string()
            case "linkageName": function.linkageName = try scanner.string()
            case "line": function.line = try lineNumber(&scanner, from: 0)
            case "hits": function.hits = try scanner.integer()
            default: try scanner.skip()
            }
        }
        return function
    }
}
