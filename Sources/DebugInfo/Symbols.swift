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
    private var symbols: [Symbol] = []

    /// Reads `.symtab` of the file, or of its separate debug file, else `.dynsym` together with the
    /// compressed table that some distributions put into `.gnu_debugdata`.
    ///
    /// - Parameters:
    ///   - bias: what to take off an address of libdwfl to get the file's own.
    ///   - readsNames: whether names are demangled.
    init(
        _ module: OpaquePointer, image: Image, bias: UInt64, isARM: Bool, readsNames: Bool
    ) {
        self.image = image
        self.readsNames = readsNames
        let count = unsafe dwfl_module_getsymtab(module)
        for index in 0..<max(0, count) {
            var symbol = GElf_Sym()
            var address: GElf_Addr = 0
            var section: GElf_Word = 0
            guard
                let text = unsafe dwfl_module_getsym_info(
                    module, index, &symbol, &address, &section, nil, nil),
                section != SHN_UNDEF, let rank = Symbols.rank(symbol)
            else { continue }
            // The lowest bit of an ARM function's address says that it is in Thumb code.
            address = (address &- bias) & (isARM ? ~1 : ~0)
            let name = unsafe String(cString: text)
            guard !name.isEmpty, image.isExecutable(address) else { continue }
            symbols.append(Symbol(address: address, size: symbol.st_size, name: name, rank: rank))
        }
        symbols.sort { ($0.address, $0.rank, $0.name) < ($1.address, $1.rank, $1.name) }
    }

    /// The table with a function for each symbol whose address is in none yet, at the line that it has
    /// there, and that line for the functions that have none.
    ///
    /// - Parameter file: where functions without a line are; they are left out where that is nil.
    func completing(_ table: LineTable, file: String? = nil) -> LineTable {
        var functions = table.functions.map { function in
            guard function.file == nil, let row = table.rows.last(at: function.entry) else {
                return function
            }
            var function = function
            (function.file, function.line) = (row.file, row.line)
            return function
        }
        let known = functions.flatMap(\.ranges).sorted { $0.lowerBound < $1.lowerBound }
        var (next, end) = (0, UInt64(0))
        for (index, symbol) in symbols.enumerated()
        where index == 0 || symbols[index - 1].address != symbol.address {
            while next < known.count, known[next].lowerBound <= symbol.address {
                end = max(end, known[next].upperBound)
                next += 1
            }
            let row = table.rows.last(at: symbol.address)
            guard symbol.address >= end, row != nil || file != nil else { continue }
            // `name@@VERSION` in some symbol tables.
            let name = String(symbol.name.prefix { $0 != "@" })
            functions.append(
                LineTable.Function(
                    name: readsNames ? Demangler.readable(name) : name, linkageName: name,
                    file: row?.file ?? Int32(table.files.count), line: row?.line ?? 0,
                    entry: symbol.address, ranges: [symbol.address..<self.end(of: index)]))
        }
        let files = table.files + [file].compactMap(\.self)
        return LineTable(
            files: files, rows: table.rows, functions: functions,
            inlinedFunctions: table.inlinedFunctions, inlinedCalls: table.inlinedCalls)
    }

    /// The address behind a symbol's code.
    private func end(of index: Int) -> UInt64 {
        let symbol = symbols[index]
        let (sum, overflow) = symbol.address.addingReportingOverflow(symbol.size)
        if symbol.size > 0, !overflow { return sum }
        let next = symbols[index...].first { $0.address > symbol.address }?.address
        let limit = image.executable.first { $0.contains(symbol.address) }?.upperBound
        return min(next ?? .max, limit ?? .max)
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

extension [LineTable.Row] {
    /// The last of the rows that begin at an address.
    fileprivate func last(at address: UInt64) -> LineTable.Row? {
        var (low, high) = (0, count)
        while low < high {
            let middle = low + (high - low) / 2
            if self[middle].address <= address { low = middle + 1 } else { high = middle }
        }
        return low > 0 && self[low - 1].address == address ? self[low - 1] : nil
    }
}
