import Coverage
import Trace

/// What DIEs say of functions, as Coverage's plain values.
struct FunctionTable {
    private(set) var functions: [LineTable.Function] = []
    /// Where functions are written whose code is not there, though there is code at the address.
    private(set) var discarded: [(file: Int32?, line: Int32)] = []
    private(set) var inlinedFunctions: [LineTable.InlinedFunction] = []
    private(set) var inlinedCalls: [LineTable.InlinedCall] = []
    /// Whether there is a unit with code of which no function has a place in the source.
    private(set) var hasBareUnits = false
    /// The indices of functions that are written somewhere, and of which it is not said where.
    private var unplaced: [Int] = []

    /// The table without anything.
    init() {}

    /// - Parameters:
    ///   - bias: what to add to an address of the debug information to get the ELF file's own.
    ///   - readsNames: whether names are demangled.
    ///   - symbols: the names that the symbol table has for the ELF file's own addresses.
    ///   - file: the number of a source file in the table that is made.
    init(
        _ reader: DIEReader, image: Image, bias: UInt64, readsNames: Bool,
        symbols: (Set<UInt64>) -> [UInt64: [String]], file: (FileReference) -> Int32?
    ) {
        func readable(_ name: String) -> String { readsNames ? Demangler.readable(name) : name }
        func moved(_ ranges: [Range<UInt64>]) -> [Range<UInt64>] {
            // An address near the end of all could come round to the beginning.
            ranges.compactMap { range in
                let (start, end) = (range.lowerBound &+ bias, range.upperBound &+ bias)
                return start < end && image.isCode(start) ? start..<end : nil
            }
        }
        hasBareUnits = reader.hasBareUnits
        functions.reserveCapacity(reader.functions.count)
        var inPieces: [Int] = []
        for function in reader.functions {
            let ranges = moved(function.ranges)
            let description = function.description
            guard let first = ranges.first, let name = description.linkageName ?? description.name
            else { continue }
            if function.entry == nil { inPieces.append(functions.count) }
            if description.line == 0, !description.isArtificial { unplaced.append(functions.count) }
            functions.append(
                LineTable.Function(
                    name: readable(name), linkageName: name,
                    file: description.file.flatMap(file), line: description.line,
                    entry: function.entry.map { $0 &+ bias } ?? first.lowerBound, ranges: ranges))
        }
        discarded = reader.discarded.map { ($0.file.flatMap(file), $0.line) }
        findEntries(of: inPieces, symbols)
        for description in reader.inlinedFunctions {
            let name = description.linkageName ?? description.name ?? "??"
            inlinedFunctions.append(
                LineTable.InlinedFunction(
                    name: readable(name), linkageName: name,
                    file: description.file.flatMap(file), line: description.line))
        }
        for call in reader.inlinedCalls {
            inlinedCalls.append(
                LineTable.InlinedCall(
                    function: call.function, parent: call.parent, file: call.file.flatMap(file),
                    line: call.line, entry: call.entry &+ bias, ranges: moved(call.ranges)))
        }
    }

    /// Of a function's pieces, the one that its own symbol stands for is entered; those of others have
    /// names of their own (`f.cold`, `f.__part.1`).
    private mutating func findEntries(
        of numbers: [Int], _ symbols: (Set<UInt64>) -> [UInt64: [String]]
    ) {
        guard !numbers.isEmpty else { return }
        let names = symbols(Set(numbers.flatMap { functions[$0].ranges.map(\.lowerBound) }))
        for number in numbers {
            let function = functions[number]
            let own = function.ranges.min { one, other in
                FunctionTable.strangeness(of: names[one.lowerBound], to: function.linkageName)
                    < FunctionTable.strangeness(
                        of: names[other.lowerBound], to: function.linkageName)
            }
            functions[number].entry = own?.lowerBound ?? function.entry
        }
    }

    /// How little the names of an address are a function's: compilers append to the name of one that they
    /// have made another of (`f.llvm.1`, `f.constprop.0`), and again for a part of that.
    private static func strangeness(of names: [String]?, to name: String) -> Int {
        let distances = (names ?? []).compactMap { symbol -> Int? in
            if symbol == name { return 0 }
            guard symbol.hasPrefix(name + ".") else { return nil }
            return Symbols.isPart(symbol) ? 2 : 1
        }
        return distances.min() ?? 2
    }

    /// Gives the functions that are written nowhere the place of their first code.
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
    }
}

extension [LineTable.Row] {
    /// The rows, which stand by address, from an address on.
    func from(_ address: UInt64) -> ArraySlice<LineTable.Row> {
        self[partitioningIndex { $0.address >= address }...]
    }
}
