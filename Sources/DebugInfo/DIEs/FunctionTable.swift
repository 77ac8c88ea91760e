import Coverage
import Trace

/// What DIEs say of functions, as Coverage's plain values.
struct FunctionTable {
    private(set) var functions: [LineTable.Function] = []
    /// Where functions are written whose code is not there, though there is code at the address.
    private(set) var discarded: [(file: Int32?, line: Int32)] = []
    private(set) var inlinedFunctions: [LineTable.InlinedFunction] = []
    private(set) var inlinedCalls: [LineTable.InlinedCall] = []
    private(set) var labels: [LineTable.Label] = []
    /// The files that have functions of languages of C's family.
    private(set) var filesOfC: Set<Int32> = []
    /// Whether there is a unit with code of which no function has a place in the source.
    private(set) var hasBareUnits = false
    /// The indices of functions that are written somewhere, and of which it is not said where.
    private var unplaced: [Int] = []
    /// Inlined functions that have no name for the linker, each with the one that has code of its own.
    private var ownOfInlined: [(inlined: Int, function: Int)] = []

    /// The table without anything.
    init() {}

    /// - Parameters:
    ///   - bias: what to add to an address of the debug information to get the ELF file's own.
    ///   - parts: how names are wanted.
    ///   - symbols: the names that the symbol table has for the ELF file's own addresses.
    ///   - file: the number of a source file in the table that is made.
    init(
        _ reader: DIEReader, image: Image, bias: UInt64, _ parts: LineTableParts,
        symbols: (Set<UInt64>) -> [UInt64: [String]], file: (FileReference) -> Int32?
    ) {
        let readsNames = parts.contains(.readableNames)
        func readable(_ name: String) -> String { readsNames ? Demangler.readable(name) : name }
        func moved(_ ranges: [Range<UInt64>]) -> [Range<UInt64>] {
            // Most are as they should be, and there can be very many.
            if bias == 0, ranges.allSatisfy({ !$0.isEmpty && image.isCode($0.lowerBound) }) {
                return ranges
            }
            // An address near the end of all could come round to the beginning.
            return ranges.compactMap { range in
                let (start, end) = (range.lowerBound &+ bias, range.upperBound &+ bias)
                return start < end && image.isCode(start) ? start..<end : nil
            }
        }
        hasBareUnits = reader.hasBareUnits
        let doubtful = FunctionTable.doubtful(reader, bias: bias)
        let symbols = EntrySymbols(doubtful.isEmpty ? [:] : symbols(doubtful))
        functions.reserveCapacity(reader.functions.count)
        var own: [Int32: Int] = [:]
        for function in reader.functions {
            let ranges = moved(function.ranges)
            let description = function.description
            guard let first = ranges.first, let given = description.linkageName ?? description.name
            else { continue }
            let entry =
                function.entry.map { $0 &+ bias }
                ?? ranges.map(\.lowerBound).min {
                    symbols.strangeness(at: $0, to: given) < symbols.strangeness(at: $1, to: given)
                } ?? first.lowerBound
            var name = given
            if description.lacksLinkageName {
                name = symbols.linkageName(of: given, at: entry) ?? given
                // A lambda that was inlined elsewhere has no symbol there.
                if let inlined = function.origin.flatMap({ reader.inlinedNumbers[$0] }) {
                    own[inlined] = functions.count
                }
            }
            if description.line == 0, !description.isArtificial { unplaced.append(functions.count) }
            let number = description.file.flatMap(file)
            if let number, description.language.isOfCFamily { filesOfC.insert(number) }
            functions.append(
                LineTable.Function(
                    name: readable(name), linkageName: name, file: number, line: description.line,
                    entry: entry, ranges: ranges, isArtificial: description.isOmitted,
                    isPart: symbols.isPart(of: name, at: entry), isOfGCC: function.isOfGCC))
        }
        labels = reader.labels.compactMap { label in
            guard label.line > 0, let file = label.file.flatMap(file) else { return nil }
            return LineTable.Label(file: file, line: label.line, address: label.address &+ bias)
        }
        discarded = reader.discarded.map { ($0.file.flatMap(file), $0.line) }
        for (index, description) in reader.inlinedFunctions.enumerated() {
            if let function = own[Int32(index)] {
                ownOfInlined.append((index, function))
            }
            let name = description.linkageName ?? description.name ?? "??"
            let number = description.file.flatMap(file)
            if let number, description.language.isOfCFamily { filesOfC.insert(number) }
            let linkageName =
                description.language == .cxx && !parts.contains(.verbatim)
                ? CxxName.baseVariant(of: name) ?? name : name
            inlinedFunctions.append(
                LineTable.InlinedFunction(
                    name: readable(linkageName), linkageName: linkageName, file: number,
                    line: description.line,
                    isArtificial: description.isOmitted))
        }
        for call in reader.inlinedCalls {
            inlinedCalls.append(
                LineTable.InlinedCall(
                    function: call.function, parent: call.parent, file: call.file.flatMap(file),
                    line: call.line,
                    entry: call.entry.map { $0 &+ bias }.flatMap { image.isCode($0) ? $0 : nil },
                    ranges: moved(call.ranges)))
        }
    }

    /// The addresses at which symbols have something to say: where functions are entered, their names, and
    /// which of them are parts of others.
    private static func doubtful(_ reader: DIEReader, bias: UInt64) -> Set<UInt64> {
        var found: Set<UInt64> = []
        for function in reader.functions {
            guard let entry = function.entry else {
                for range in function.ranges { found.insert(range.lowerBound &+ bias) }
                continue
            }
            let isInlinedToo = function.origin.map { reader.inlinedNumbers[$0] != nil } ?? false
            if function.description.lacksLinkageName || isInlinedToo {
                found.insert(entry &+ bias)
            }
        }
        return found
    }

    /// Gives the functions of which it is not said where they are written the place of their first code.
    ///
    /// - Parameter rows: by address.
    mutating func fillLines(by rows: [LineTable.Row]) {
        for number in unplaced {
            let function = functions[number]
            guard let range = function.ranges.first(where: { $0.contains(function.entry) }) else {
                continue
            }
            let own = rows.from(function.entry).prefix { range.contains($0.address) }
            guard let row = own.first(where: { $0.file == function.file ?? $0.file }) else {
                continue
            }
            (functions[number].file, functions[number].line) = (row.file, row.line)
        }
        for (inlined, function) in ownOfInlined {
            inlinedFunctions[inlined].name = functions[function].name
            inlinedFunctions[inlined].linkageName = functions[function].linkageName
            inlinedFunctions[inlined].file = functions[function].file
            inlinedFunctions[inlined].line = functions[function].line
        }
    }
}

extension [LineTable.Row] {
    /// The rows, which stand by address, from an address on.
    func from(_ address: UInt64) -> ArraySlice<LineTable.Row> {
        self[partitioningIndex { $0.address >= address }...]
    }
}
