import Coverage
import DebugInfo
import Reports
import Trace

/// A place, found in the modules of runs.
struct FoundPlace: Sendable {
    /// What of it is in one module.
    struct Part: Sendable {
        var module: ModuleCoverage
        /// The address of the module's offset 0 in the ELF file that says where the place is.
        var base: UInt64
        var count: PlaceCount
    }

    /// Of several modules: a header's function is in many.
    var parts: [Part]

    /// What is to be looked at, in the parts' order.
    var codes: [CodeWatch.Code] {
        parts.map { part in
            let ranges = part.count.addresses.filter { $0.lowerBound >= part.base }
                .map { $0.lowerBound - part.base..<$0.upperBound - part.base }
            return CodeWatch.Code(
                part.module, ranges, isAnyBlockEnough: part.count.isAnyBlockEnough)
        }
    }
}

/// Where a line, or a function, is in modules that are looked through one after the other.
struct PlaceFinder {
    private let place: Place
    private let selection: SourceSelection
    private let rule: CountRule
    private var labels: LabelSources
    /// By the path that reports have.
    private var parts: [String: [FoundPlace.Part]] = [:]
    /// The paths of sources that have the name, whether or not code is at the line.
    private var paths: Set<String> = []
    /// Lines with code before and behind the one that is looked for, of files that have the name.
    private var (before, behind): (Int32?, Int32?)
    /// What there is, for a name that is not among it.
    private var known: Set<String> = []

    init(_ place: Place, _ sources: SourceRules) throws(Failure) {
        self.place = place
        selection = sources.selection
        rule = sources.countRule
        labels = try LabelSources(sources)
    }

    mutating func look(into module: ModuleCoverage, base: UInt64, _ table: LineTable) {
        switch place {
        case .line(let file, let line): look(for: line, of: file, module, base, table)
        case .function(let name): look(for: name, module, base, table)
        case .offset: break
        }
    }

    private mutating func look(
        for line: Int32, of name: String, _ module: ModuleCoverage, _ base: UInt64,
        _ table: LineTable
    ) {
        var files: [String: Set<Int32>] = [:]
        for (index, given) in table.files.enumerated() {
            guard let path = selection.path(of: given) else { continue }
            guard isNamed(path, name) else {
                known.insert(SourcePath.baseName(path))
                continue
            }
            files[path, default: []].insert(Int32(truncatingIfNeeded: index))
        }
        guard !files.isEmpty else { return }
        let all = files.values.reduce(into: Set<Int32>()) { $0.formUnion($1) }
        var hasCode = [Bool](repeating: false, count: table.files.count)
        for row in table.rows { hasCode[Int(row.file)] = true }
        let withCode = all.filter { hasCode[Int($0)] }
        let switches = labels.switches(in: table)
        for (path, numbers) in files where !numbers.isDisjoint(with: withCode) {
            paths.insert(path)
            let count = PlaceCount(
                line: line, of: numbers, in: table, switches: switches, rule: rule)
            if let count {
                parts[path, default: []].append(
                    FoundPlace.Part(module: module, base: base, count: count))
            }
        }
        guard parts.isEmpty else { return }
        for row in table.rows where row.isStatement && all.contains(row.file) && row.line > 0 {
            if row.line < line { before = max(before ?? 0, row.line) }
            if row.line > line { behind = min(behind ?? .max, row.line) }
        }
    }

    /// Whether a file is the one that is named: by its whole path, or the end of it.
    private func isNamed(_ path: String, _ name: String) -> Bool {
        path == name || path.hasSuffix("/" + name)
            || selection.whole(path) == SourcePath.normalised(name, in: selection.folder)
    }

    private mutating func look(
        for name: String, _ module: ModuleCoverage, _ base: UInt64, _ table: LineTable
    ) {
        var count = PlaceCount(functionsOf: table) { own, linkage in
            own == name || linkage == name
        }
        if count == nil {
            // Names that are not C's take time to read.
            count = PlaceCount(functionsOf: table) { own, linkage in
                FunctionName.isNamed(name, own, linkage)
            }
        }
        if let count {
            parts[name, default: []].append(
                FoundPlace.Part(module: module, base: base, count: count))
        } else if parts.isEmpty {
            for function in table.functions {
                known.insert(function.name)
                known.formUnion(function.aliases)
            }
        }
    }

    /// The place.
    ///
    /// - Throws: ``Failure`` if it is in none of the modules, or in several sources.
    func found() throws(Failure) -> FoundPlace {
        switch place {
        case .offset: return FoundPlace(parts: [])
        case .function(let name):
            guard let parts = parts[name] else {
                throw Failure(
                    .badData,
                    "no function is called '\(name)'\(Nearest.question(name, among: known.sorted()))"
                )
            }
            return FoundPlace(parts: parts)
        case .line(let name, let line):
            // A whole path means that one, though it is the end of others.
            let exact = parts.keys.filter {
                $0 == name
                    || selection.whole($0) == SourcePath.normalised(name, in: selection.folder)
            }
            let chosen = (exact.isEmpty ? Array(parts.keys) : exact).sorted()
            guard chosen.count < 2 else {
                throw Failure(
                    .badData,
                    "\(name):\(line) is in \(chosen.joined(separator: " and in ")): use more of the path"
                )
            }
            if let path = chosen.first, let parts = parts[path] { return FoundPlace(parts: parts) }
            guard !paths.isEmpty else {
                throw Failure(
                    .badData,
                    """
                    no source with code is called '\(name)'\
                    \(Nearest.question(SourcePath.baseName(name), among: known.sorted()))
                    """)
            }
            let near = [before, behind].compactMap(\.self).map(String.init)
            let hint = near.isEmpty ? "" : " (near it, \(near.joined(separator: " and ")) have)"
            throw Failure(.badData, "\(name):\(line) has no code\(hint)")
        }
    }
}

/// Names of functions, as people write them.
enum FunctionName {
    /// Whether a name of a function is one of its own, with parameters or without.
    static func isNamed(_ name: String, _ own: String, _ linkageName: String) -> Bool {
        isReading(name, of: linkageName) || linkageName != own && isReading(name, of: own)
    }

    /// Whether a function is called so: its name with its parameters, or without; of one that a template made, also
    /// without the type that it returns.
    ///
    /// - Parameter linkageName: the linker's name, or one that is readable already.
    private static func isReading(_ name: String, of linkageName: String) -> Bool {
        let readable = Demangler.readable(linkageName)
        let head = withoutParameters(readable)
        let result = resultLength(head)
        return readable == name || head == name
            || result > 0
                && (readable.utf8.dropFirst(result).elementsEqual(name.utf8)
                    || head.utf8.dropFirst(result).elementsEqual(name.utf8))
    }

    /// How many bytes of `int ns::f<int>` stand before the name itself. What a template's function returns is a part of
    /// its name (Itanium C++ ABI, 5.1.5.3, "Function types").
    private static func resultLength(_ name: Substring) -> Int {
        var length = 0
        var open: [UInt8] = []
        var last: UInt8 = 0
        let bytes = name.utf8
        for (offset, index) in bytes.indices.enumerated() {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): open.append(byte)
            case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): _ = open.popLast()
            // Operands of `<` and `>` are in parentheses.
            case UInt8(ascii: "<") where last != UInt8(ascii: ")"): open.append(byte)
            case UInt8(ascii: ">") where open.last == UInt8(ascii: "<"): open.removeLast()
            case UInt8(ascii: " ") where open.isEmpty: length = offset + 1
            // Behind it, neither blanks nor angles are what they are elsewhere.
            case UInt8(ascii: "o")
            where open.isEmpty && bytes[index...].starts(with: "operator".utf8): return length
            default: break
            }
            last = byte
        }
        return length
    }

    /// `ns::f<int>` of `ns::f<int>(char) const`.
    private static func withoutParameters(_ name: String) -> Substring {
        let bytes = Array(name.utf8)
        guard let last = bytes.lastIndex(of: UInt8(ascii: ")")) else { return name[...] }
        var depth = 0
        for index in stride(from: last, through: 0, by: -1) {
            if bytes[index] == UInt8(ascii: ")") { depth += 1 }
            guard bytes[index] == UInt8(ascii: "(") else { continue }
            depth -= 1
            guard depth == 0 else { continue }
            // The call operator's own parentheses are its name.
            let head = name.utf8.prefix(index)
            return head.isEmpty || String(head)?.hasSuffix("operator") == true
                ? name[...] : Substring(head)
        }
        return name[...]
    }
}
