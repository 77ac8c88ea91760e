import CElfutils
import Coverage

/// The functions that a symbol table names: what is left to go by without debug information.
struct Symbols {
    /// A symbol of a function, or of what may be one.
    private struct Symbol {
        var address: UInt64
        /// 0 where the table does not say.
        var size: UInt64
        var name: String
        /// Of several names of one address, that with the lowest.
        var rank: Int
    }

    private let image: Image
    private let readsNames: Bool
    private let symbols: [Symbol]

    /// - Parameter readsNames: whether names are demangled.
    init(_ file: SymbolFile, image: Image, readsNames: Bool) {
        self.image = image
        self.readsNames = readsNames
        var symbols: [Symbol] = []
        unsafe file.forEach { symbol, address, text in
            guard image.isCode(address), let rank = Symbols.rank(symbol) else { return }
            let name = unsafe String(cString: text)
            guard !name.isEmpty else { return }
            symbols.append(Symbol(address: address, size: symbol.st_size, name: name, rank: rank))
        }
        symbols.sort { ($0.address, $0.rank, $0.name) < ($1.address, $1.rank, $1.name) }
        self.symbols = symbols
    }

    /// The table with a function for each symbol whose address is in none yet, at the line of its first
    /// code.
    ///
    /// - Parameter file: where functions without a line are; they are left out where that is nil.
    func completing(_ table: LineTable, file: String? = nil) -> LineTable {
        var functions: [LineTable.Function] = []
        let known = table.functions.flatMap(\.ranges).sorted { $0.lowerBound < $1.lowerBound }
        var (next, end) = (0, UInt64(0))
        for (index, symbol) in symbols.enumerated()
        where index == 0 || symbols[index - 1].address != symbol.address {
            while next < known.count, known[next].lowerBound <= symbol.address {
                end = max(end, known[next].upperBound)
                next += 1
            }
            guard symbol.address >= end, !Symbols.isPart(symbol.name) else { continue }
            let row = table.rows.from(symbol.address).first
                .flatMap { $0.address == symbol.address ? $0 : nil }
            guard row != nil || file != nil else { continue }
            // `name@@VERSION` in some symbol tables.
            let name = String(symbol.name.prefix { $0 != "@" })
            functions.append(
                LineTable.Function(
                    name: readsNames ? Demangler.readable(name) : name, linkageName: name,
                    file: row?.file ?? Int32(table.files.count), line: row?.line ?? 0,
                    entry: symbol.address, ranges: [symbol.address..<self.end(of: index)]))
        }
        return table.adding(functions, file: file)
    }

    /// The addresses of functions under a name, of the linker's names or the readable ones.
    static func functions(named name: String, in file: SymbolFile) -> Set<UInt64> {
        var found: Set<UInt64> = []
        unsafe file.forEach { symbol, address, text in
            guard let rank = rank(symbol), rank < 3 else { return }
            let own = unsafe String(String(cString: text).prefix { $0 != "@" })
            if own == name || Demangler.readable(own) == name { found.insert(address) }
        }
        return found
    }

    /// Whether a symbol's name is that of a part of a function, as GCC and LLVM have it.
    static func isPart(_ name: String) -> Bool {
        [".cold", ".__part."].contains { name.contains($0) }
    }

    /// The address behind a symbol's code.
    private func end(of index: Int) -> UInt64 {
        let symbol = symbols[index]
        let (sum, overflow) = symbol.address.addingReportingOverflow(symbol.size)
        if symbol.size > 0, !overflow { return sum }
        let next = symbols[index...].first { $0.address > symbol.address }?.address
        return min(next ?? .max, image.codeEnd(behind: symbol.address) ?? .max)
    }

    private static func rank(_ symbol: GElf_Sym) -> Int? {
        let (binding, type) = (Int32(symbol.st_info) >> 4, Int32(symbol.st_info) & 0xF)
        switch (type, binding) {
        case (STT_FUNC, STB_GLOBAL), (STT_GNU_IFUNC, STB_GLOBAL): return 0
        case (STT_FUNC, STB_WEAK), (STT_GNU_IFUNC, STB_WEAK): return 1
        case (STT_FUNC, _), (STT_GNU_IFUNC, _): return 2
        // A label of assembly code; local ones are places within functions, or tell code from data.
        case (STT_NOTYPE, STB_GLOBAL): return 3
        default: return nil
        }
    }
}
