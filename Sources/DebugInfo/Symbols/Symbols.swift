import CElfutils

/// What symbols say of functions.
enum Symbols {
    /// The functions that a symbol table names.
    static func functions(in file: SymbolFile, _ damage: TableDamage? = nil) -> [FoundFunction] {
        var found: [FoundFunction] = []
        unsafe file.forEach(damage) { symbol, address, text in
            guard let source = source(symbol) else { return }
            let name = unsafe withoutVersion(text)
            guard !name.isEmpty else { return }
            found.append(
                FoundFunction(address: address, size: symbol.st_size, name: name, source: source))
        }
        return found
    }

    /// The addresses of functions under a name, of the linker's names or the readable ones.
    static func functions(named name: String, in file: SymbolFile) -> Set<UInt64> {
        var found: Set<UInt64> = []
        unsafe file.forEach { symbol, address, text in
            guard let source = source(symbol), source != .label else { return }
            let own = unsafe withoutVersion(text)
            if own == name || Demangler.readable(own) == name { found.insert(address) }
        }
        return found
    }

    /// Whether a symbol's name is that of a part of a function, as GCC and LLVM have it.
    static func isPart(_ name: String) -> Bool { whole(ofPart: name) != nil }

    /// The symbol of the function that a symbol names a part of; nil if it names no part.
    static func whole(ofPart name: String) -> String? {
        guard name.utf8.contains(UInt8(ascii: ".")) else { return nil }
        return [".cold", ".__part."].lazy.compactMap { mark in
            name.range(of: mark).map { String(name[..<$0]) }
        }.first
    }

    /// `name@@VERSION` in some symbol tables.
    private static func withoutVersion(_ text: UnsafePointer<CChar>) -> String {
        unsafe String(String(cString: text).prefix { $0 != "@" })
    }

    private static func source(_ symbol: GElf_Sym) -> FoundFunction.Source? {
        let (binding, type) = (Int32(symbol.st_info) >> 4, Int32(symbol.st_info) & 0xF)
        switch (type, binding) {
        case (STT_FUNC, STB_GLOBAL), (STT_GNU_IFUNC, STB_GLOBAL): return .globalSymbol
        case (STT_FUNC, STB_WEAK), (STT_GNU_IFUNC, STB_WEAK): return .weakSymbol
        case (STT_FUNC, _), (STT_GNU_IFUNC, _): return .localSymbol
        // A label of assembly code; local ones are places within functions, or tell code from data.
        case (STT_NOTYPE, STB_GLOBAL): return .label
        default: return nil
        }
    }
}

extension String {
    /// Where a text of ASCII first begins in it.
    fileprivate func range(of text: String) -> String.Index? {
        let (own, other) = (Array(utf8), Array(text.utf8))
        guard own.count >= other.count else { return nil }
        let start = (0...own.count - other.count).first { start in
            own[start..<start + other.count].elementsEqual(other)
        }
        return start.map { utf8.index(utf8.startIndex, offsetBy: $0) }
    }
}
