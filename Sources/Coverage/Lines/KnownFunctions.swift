import Trace

/// The functions that are known of a source file, among which those of another report are looked for: what writes
/// reports does not write a function's name in one way.
struct KnownFunctions {
    typealias Key = SourceCoverage.FunctionKey

    /// The known functions of one line.
    private struct OfLine {
        /// By the name, without a line behind it.
        var byName: [String: Key] = [:]
        /// By the name as people write it; one that has no other name goes before those that have.
        var byReadable: [String: (key: Key, isReadable: Bool)] = [:]
    }

    /// In order, which is by line first.
    private let ordered: [Key]
    /// By name and line: a thousand functions can have one name.
    private var byName: [String: [Int32: Key]] = [:]
    private var lines: [Int32: OfLine] = [:]
    private let baseName: String
    private let readable: (String) -> String

    /// - Parameters:
    ///   - keys: in order.
    ///   - path: the source file's.
    ///   - readable: a linkage name as people write it.
    init(_ keys: [Key], of path: String, readable: @escaping (String) -> String) {
        ordered = keys
        self.readable = readable
        baseName = SourcePath.baseName(path)
        for key in keys { byName[plain(key.linkageName), default: [:]][key.line] = key }
    }

    /// For each of a report's functions of the file, the known one that it is; nil where there is none.
    ///
    /// Both have the same name and line, or the names of one line stand for the same. Else the name alone says it, if
    /// both sides have only one of that name: compilers and readers of debug information do not always agree on a
    /// declaration's line.
    mutating func keys(of functions: [SourceCoverage.Function]) -> [Key?] {
        guard !ordered.isEmpty else { return functions.map { _ in nil } }
        let names = functions.map { plain($0.linkageName) }
        var places: [String: Int] = [:]
        var several: Set<String> = []
        for (name, function) in zip(names, functions) {
            let old = places.updateValue(function.line, forKey: name)
            if let old, old != function.line { several.insert(name) }
        }
        var found: [Key?] = []
        for (name, function) in zip(names, functions) {
            let known = byName[name] ?? [:]
            let line = Int32(clamping: function.line)
            let isOnly = known.count == 1 && !several.contains(name)
            found.append(
                known[line] ?? key(of: name, on: line) ?? (isOnly ? known.first?.value : nil))
        }
        return found
    }

    /// A name without the unit that llvm-cov puts before those of static functions (`main.c:helper`, later
    /// `main.c;helper`), and with the semicolons that stand for commas in tracefiles.
    private func plain(_ name: String) -> String {
        var rest = name[...]
        let bytes = name.utf8
        let (colon, semicolon) = (UInt8(ascii: ":"), UInt8(ascii: ";"))
        if let end = bytes.firstIndex(where: { $0 == colon || $0 == semicolon }) {
            let next = bytes.index(after: end)
            let unit = String(name[..<end])
            // A namespace's name has two colons behind it.
            let isUnit = SourcePath.isSource(unit) || SourcePath.baseName(unit) == baseName
            if isUnit, next < bytes.endIndex, bytes[next] != colon {
                rest = name[next...]
            }
        }
        return KnownFunctions.withoutCommas(String(rest))
    }

    private static func withoutCommas(_ name: String) -> String {
        guard name.utf8.contains(UInt8(ascii: ",")) else { return name }
        return String(name.map { $0 == "," ? ";" : $0 })
    }

    /// A name without its own line behind it, which a tracefile has where several functions have one name, and
    /// without the number behind that, where several are on one line.
    private static func name(_ name: String, withoutLine line: Int32) -> String {
        let parts = name.split(separator: ":", omittingEmptySubsequences: false)
        for count in [1, 2] where parts.count > count {
            let ending = parts[(parts.count - count)...]
            if ending.first == "\(line)", ending.allSatisfy({ Int($0) != nil }) {
                return parts.dropLast(count).joined(separator: ":")
            }
        }
        return name
    }

    /// The function on a line whose name stands for the same.
    private mutating func key(of name: String, on line: Int32) -> Key? {
        if lines[line] == nil { lines[line] = functions(on: line) }
        guard let known = lines[line] else { return nil }
        let name = KnownFunctions.name(name, withoutLine: line)
        if let key = known.byName[name] { return key }
        let text = KnownFunctions.withoutCommas(readable(name))
        // Two names of a linker's that differ are two functions, whatever people read in them.
        guard let found = known.byReadable[text], found.isReadable || text == name else {
            return nil
        }
        return found.key
    }

    private func functions(on line: Int32) -> OfLine {
        var known = OfLine()
        let first = ordered.partitioningIndex { $0.line >= line }
        for key in ordered[first...].prefix(while: { $0.line == line }) {
            let name = KnownFunctions.name(plain(key.linkageName), withoutLine: line)
            if known.byName[name] == nil { known.byName[name] = key }
            let text = KnownFunctions.withoutCommas(readable(name))
            let isReadable = text == name
            if let other = known.byReadable[text], other.isReadable || !isReadable { continue }
            known.byReadable[text] = (key, isReadable)
        }
        return known
    }
}
