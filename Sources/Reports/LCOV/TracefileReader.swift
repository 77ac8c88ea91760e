public import Coverage
public import Trace

/// Reads lcov's tracefiles, of any version, whoever wrote them (man page geninfo, "FILES").
///
/// Of a file's records, those of lines, functions and branches are used. What is damaged is left out.
public struct TracefileReader {
    /// Why nothing of a file can be read as a tracefile.
    public enum Fault: Problem {
        /// No source file is in it.
        case notTracefile

        /// What is wrong, as a part of a sentence.
        public var text: String { "not an lcov tracefile: no 'SF:' names a source file" }
    }

    /// What of a file is left out.
    public enum Flaw: Damage {
        /// A record that is not as its kind must be.
        case badRecord
        /// A record that belongs to a source file, where there is none.
        case outsideOfFile
        /// A function's count, and no record that says where the function is.
        case unknownFunction
        /// The file ends within what it says of a source file.
        case noEnd

        /// What is wrong, as a part of a sentence.
        public var text: String {
            switch self {
            case .badRecord: "a record that cannot be read"
            case .outsideOfFile: "a record before any 'SF:'"
            case .unknownFunction: "a count of a function that no record places"
            case .noEnd: "no 'end_of_record' at the end"
            }
        }

        /// What was made of it, as a part of a sentence.
        public var treatment: String {
            self == .noEnd ? "used as far as it goes" : "left out"
        }
    }

    private var files: [SourceCoverage.File] = []
    private var path: String?
    private var lines: [SourceCoverage.Line] = []
    private var functions: [SourceCoverage.Function] = []
    private var branches: [SourceCoverage.Branch] = []
    /// The branches' places in ``branches``, by line and block.
    private var blocks: [BranchName: Int] = [:]
    /// The ways' places in their branches, by the branch's place and the way.
    private var ways: [BranchName: Int] = [:]
    /// The functions' places in ``functions``, by name.
    private var byName: [[UInt8]: Int] = [:]
    /// The lines of functions of the indexed form, by index.
    private var places: [Int: (line: Int, end: Int)] = [:]

    /// The source files, in the file's order; one can be there several times, as lcov has one for each test.
    ///
    /// - Parameter diagnose: called for each thing that is damaged.
    /// - Throws: `ReadError` if no source file is in it.
    public static func read(_ bytes: Span<UInt8>, diagnose: (Diagnosis) -> Void)
        throws(ReadError) -> [SourceCoverage.File]
    {
        var reader = TracefileReader()
        // A mark of the encoding is no part of the text.
        let isMarked =
            bytes.count >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF
        var (start, number) = (isMarked ? 3 : 0, 1)
        while start < bytes.count {
            var end = start
            while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
            let last = end > start && bytes[end - 1] == UInt8(ascii: "\r") ? end - 1 : end
            if let flaw = reader.add(bytes.extracting(start..<last)) {
                diagnose(Diagnosis(flaw, at: .line(number)))
            }
            (start, number) = (end + 1, number + 1)
        }
        if reader.path != nil {
            diagnose(Diagnosis(Flaw.noEnd, at: .line(number - 1)))
            reader.endFile()
        }
        guard !reader.files.isEmpty else {
            throw ReadError(cause: Fault.notTracefile, position: .line(1))
        }
        return reader.files
    }

    private mutating func endFile() {
        if let path {
            lines.sort { $0.line < $1.line }
            branches.sort { $0.line < $1.line }
            files.append(
                SourceCoverage.File(
                    path: path, lines: lines, functions: functions, branches: branches))
        }
        (path, lines, functions, branches) = (nil, [], [], [])
        (byName, places, blocks, ways) = ([:], [:], [:], [:])
    }

    /// Adds what a line says.
    private mutating func add(_ line: Span<UInt8>) -> Flaw? {
        if line.count > 3, line[2] == UInt8(ascii: ":"), line[0] == UInt8(ascii: "D"),
            line[1] == UInt8(ascii: "A")
        {
            guard path != nil else { return .outsideOfFile }
            return addLine(line) ? nil : .badRecord
        }
        var colon = 0
        while colon < line.count, line[colon] != UInt8(ascii: ":") { colon += 1 }
        // The longest name is that of the end.
        let name = String(decoding: (0..<min(colon, 16)).map { line[$0] }, as: UTF8.self)
        var fields = RecordFields(from: min(colon + 1, line.count))
        switch name {
        case "SF":
            endFile()
            let bytes = fields.rest(line)
            guard !bytes.isEmpty else { return .badRecord }
            path = PathText.text(bytes)
        case "end_of_record": endFile()
        case "FN", "FNDA", "FNL", "FNA", "BRDA":
            guard path != nil else { return .outsideOfFile }
            switch name {
            case "BRDA": return addBranch(line, &fields) ? nil : .badRecord
            case "FN": return addFunction(line, &fields) ? nil : .badRecord
            case "FNDA": return addCount(line, &fields)
            case "FNL": return addPlace(line, &fields) ? nil : .badRecord
            default: return addIndexed(line, &fields)
            }
        // Tests, versions, sums, comments, and what later versions bring.
        default: break
        }
        return nil
    }

    private mutating func addLine(_ line: Span<UInt8>) -> Bool {
        var fields = RecordFields(from: 3)
        guard let number = fields.lineNumber(line), number > 0, let hits = fields.count(line) else {
            return false
        }
        lines.append(SourceCoverage.Line(line: number, hits: hits))
        return true
    }

    /// `BRDA:LINE,BLOCK,BRANCH,TAKEN`; a branch can be a number or text, in which there can be commas. An `e` before the
    /// block says of a branch that an exception takes it. What stands there again adds up, as in lcov.
    private mutating func addBranch(_ line: Span<UInt8>, _ fields: inout RecordFields) -> Bool {
        guard let number = fields.lineNumber(line), number > 0 else { return false }
        let rest = fields.rest(line)
        let parts = rest.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        guard parts.count >= 3, let taken = parts.last else { return false }
        let isReached = !taken.elementsEqual("-".utf8)
        var counts = RecordFields(from: line.count - taken.count)
        guard let hits = isReached ? counts.count(line) : 0 else { return false }
        let isMarked = parts[0].count > 1 && parts[0].first == UInt8(ascii: "e")
        let key = BranchName(isMarked ? parts[0].dropFirst() : parts[0], of: number)
        let place = blocks[key] ?? branches.count
        if place == branches.count {
            blocks[key] = place
            branches.append(SourceCoverage.Branch(line: number, isReached: false, ways: []))
        }
        branches[place].isReached = branches[place].isReached || isReached
        let wayKey = BranchName(rest[parts[1].startIndex..<taken.startIndex - 1], of: place)
        if let way = ways[wayKey] {
            let (sum, isTooLarge) = (branches[place].ways[way].hits ?? 0)
                .addingReportingOverflow(hits)
            branches[place].ways[way].hits = isTooLarge ? .max : sum
        } else {
            ways[wayKey] = branches[place].ways.count
            branches[place].ways.append(SourceCoverage.Branch.Way(hits: hits))
        }
        return true
    }

    /// `FN:LINE[,LAST],NAME`
    private mutating func addFunction(_ line: Span<UInt8>, _ fields: inout RecordFields) -> Bool {
        guard let first = fields.lineNumber(line) else { return false }
        // A name can begin with a digit, but is none.
        let end = fields.numberBeforeComma(line) ?? 0
        let name = fields.rest(line)
        guard !name.isEmpty else { return false }
        add(name, line: first, end: end, hits: 0)
        return true
    }

    private mutating func add(_ name: [UInt8], line: Int, end: Int, hits: Int) {
        byName[name] = functions.count
        let text = PathText.text(name)
        functions.append(
            SourceCoverage.Function(
                name: text, linkageName: text, line: line, hits: hits, endLine: end))
    }

    /// `FNDA:COUNT,NAME`
    private mutating func addCount(_ line: Span<UInt8>, _ fields: inout RecordFields) -> Flaw? {
        guard let hits = fields.count(line) else { return .badRecord }
        guard let place = byName[fields.rest(line)] else { return .unknownFunction }
        let (sum, isTooLarge) = functions[place].hits.addingReportingOverflow(hits)
        functions[place].hits = isTooLarge ? .max : sum
        return nil
    }

    /// `FNL:INDEX,LINE[,LAST]`
    private mutating func addPlace(_ line: Span<UInt8>, _ fields: inout RecordFields) -> Bool {
        guard let index = fields.number(line), let first = fields.lineNumber(line) else {
            return false
        }
        places[index] = (first, fields.number(line) ?? 0)
        return true
    }

    /// `FNA:INDEX,COUNT,NAME`
    private mutating func addIndexed(_ line: Span<UInt8>, _ fields: inout RecordFields) -> Flaw? {
        guard let index = fields.number(line), let hits = fields.count(line) else {
            return .badRecord
        }
        guard let place = places[index] else { return .unknownFunction }
        add(fields.rest(line), line: place.line, end: place.end, hits: hits)
        return nil
    }
}

/// What a block of a line is called, or a way of a branch: mostly a number.
private struct BranchName: Hashable {
    /// The line, or the branch's place.
    private let owner: Int
    private let number: Int
    /// What is no number.
    private let text: [UInt8]

    init(_ bytes: ArraySlice<UInt8>, of owner: Int) {
        self.owner = owner
        var value = 0
        // What begins with 0 is another name than the same number without it.
        let isNumber =
            1...18 ~= bytes.count && (bytes.first != UInt8(ascii: "0") || bytes.count == 1)
            && bytes.allSatisfy { byte in
                value = value * 10 + Int(byte) - 48
                return UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
            }
        number = isNumber ? value : -1
        text = isNumber ? [] : Array(bytes)
    }
}

/// The fields of a record, which commas separate, from a place on.
private struct RecordFields {
    private var place: Int

    init(from place: Int) { self.place = place }

    /// The next field as a number of decimal digits, and what comes behind its comma is next; nil for another field.
    mutating func number(_ line: Span<UInt8>) -> Int? {
        var (value, at): (UInt64, Int) = (0, place)
        while at < line.count, line[at] != UInt8(ascii: ",") {
            guard let next = value.appending(line[at], base: 10) else { return nil }
            (value, at) = (next, at + 1)
        }
        guard at > place, value <= UInt64(Int.max) else { return nil }
        place = min(at + 1, line.count)
        return Int(value)
    }

    /// The next field as the number of a line, which has 31 bits everywhere else.
    mutating func lineNumber(_ line: Span<UInt8>) -> Int? {
        number(line).flatMap { $0 <= Int32.max ? $0 : nil }
    }

    /// The next field as a number if another field follows; else nothing is taken.
    mutating func numberBeforeComma(_ line: Span<UInt8>) -> Int? {
        let before = place
        if let number = number(line), line[place - 1] == UInt8(ascii: ",") { return number }
        place = before
        return nil
    }

    /// The next field as a count. Perl writes large ones with an exponent, and gcov has had negative ones, which are 0
    /// as they are for lcov.
    mutating func count(_ line: Span<UInt8>) -> Int? {
        if let number = number(line) { return number }
        var at = place
        while at < line.count, line[at] != UInt8(ascii: ",") { at += 1 }
        let text = String(decoding: (place..<at).map { line[$0] }, as: UTF8.self)
        guard let value = Double(text), !value.isNaN else { return nil }
        place = min(at + 1, line.count)
        return value <= 0 ? 0 : value >= Double(Int.max) ? Int.max : Int(value)
    }

    /// All that is left.
    func rest(_ line: Span<UInt8>) -> [UInt8] { (place..<line.count).map { line[$0] } }
}
