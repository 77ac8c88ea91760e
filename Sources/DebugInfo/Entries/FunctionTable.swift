import Coverage

/// What entries say of functions, as Coverage's plain values.
struct FunctionTable {
    private(set) var functions: [LineTable.Function] = []
    private(set) var inlinedFunctions: [LineTable.InlinedFunction] = []
    private(set) var inlinedCalls: [LineTable.InlinedCall] = []

    /// The table without anything.
    init() {}

    /// - Parameters:
    ///   - bias: what to add to an address of the debug information to get the ELF file's own.
    ///   - readsNames: whether names are demangled.
    ///   - file: the number of a source file in the table that is made.
    init(
        _ reader: EntryReader, image: Image, bias: UInt64, readsNames: Bool,
        file: (FileReference) -> Int32?
    ) {
        func readable(_ name: String) -> String { readsNames ? Demangler.readable(name) : name }
        func moved(_ ranges: [Range<UInt64>]) -> [Range<UInt64>] {
            // An address near the end of all could come round to the beginning.
            ranges.compactMap { range in
                let (start, end) = (range.lowerBound &+ bias, range.upperBound &+ bias)
                return start < end ? start..<end : nil
            }
        }
        functions.reserveCapacity(reader.functions.count)
        for function in reader.functions {
            let ranges = moved(function.ranges)
            let description = function.description
            guard let first = ranges.first, image.isExecutable(first.lowerBound),
                let name = description.linkageName ?? description.name
            else { continue }
            functions.append(
                LineTable.Function(
                    name: readable(name), linkageName: name,
                    file: description.file.flatMap(file), line: description.line,
                    entry: function.entry &+ bias, ranges: ranges))
        }
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
                    line: call.line, entry: call.entry &+ bias,
                    ranges: moved(call.ranges).filter { image.isExecutable($0.lowerBound) }))
        }
    }
}
