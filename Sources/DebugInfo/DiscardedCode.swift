import Coverage

/// Tells code that begins at address 0 from what a linker has left there of code that it threw away.
///
/// GNU ld puts 0 for the addresses of such code, and firmware can have code of its own there. What is
/// there has a symbol, where the file has any; and of two sequences of rows that overlap, the linker
/// has placed the one that begins elsewhere.
struct DiscardedCode {
    /// The address in the ELF file that stands for none; nil where no code can be at it.
    let address: UInt64?
    /// The names of what begins there; nil where the file has no symbols of functions.
    private let names: Set<String>?

    /// - Parameters:
    ///   - bias: what to add to an address of the debug information to get the ELF file's own.
    ///   - symbols: the file's symbols.
    init(_ image: Image, bias: UInt64, _ symbols: SymbolFile) {
        guard !image.isRelocatable, image.isCode(bias) else {
            (address, names) = (nil, nil)
            return
        }
        address = bias
        names = symbols.hasFunctions ? Set(symbols.names(at: [bias])[bias] ?? []) : nil
    }

    /// Whether the code of a function at ``address`` is not there.
    func includes(_ function: FunctionDescription) -> Bool {
        guard let names, let name = function.linkageName ?? function.name else { return false }
        return !names.contains { $0 == name || $0.hasPrefix(name + ".") }
    }

    /// Whether a sequence of rows at ``address`` is of code that is not there.
    ///
    /// - Parameters:
    ///   - first: its first row.
    ///   - end: the address behind its last one.
    ///   - next: the lowest address above ``address`` at which another sequence begins.
    ///   - table: the functions that are there, and the places in the source of those that are not.
    func includes(
        rowsFrom first: LineTable.Row, to end: UInt64, next: UInt64?, _ table: FunctionTable
    ) -> Bool {
        if let next, next < end { return true }
        // The function whose code the rows begin with: the one that is declared last before them.
        func line(_ places: some Sequence<(file: Int32?, line: Int32)>) -> Int32 {
            places.lazy.filter { $0.file == first.file && $0.line <= first.line }.map(\.line).max()
                ?? 0
        }
        let there = table.functions.lazy.filter { $0.entry == address }
        return line(table.discarded) > line(there.map { ($0.file, $0.line) })
    }
}
